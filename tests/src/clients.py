"""Makes a small Python package as a wheel and as a source distribution that builds itself, without a network.

Usage: clients.py FOLDER NAME VERSION [TEXT], where TEXT is what its module holds.
"""

import io
import sys
import tarfile
import zipfile

folder, name, version, *text = sys.argv[1:]
module = name.replace("-", "_")
text = text[0] if text else "def add(left, right):\n    return left + right\n"
metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Python: >=3.8\n"

BACKEND = f'''
import zipfile

INFO = "{module}-{version}.dist-info/"
FILE = "{module}-{version}-py3-none-any.whl"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(wheel_directory + "/" + FILE, "w") as wheel:
        for source, target in [("{module}.py", "{module}.py"), ("PKG-INFO", INFO + "METADATA")]:
            with open(source) as file:
                wheel.writestr(target, file.read())
        wheel.writestr(INFO + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(INFO + "RECORD", "")
    return FILE
'''
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'

with zipfile.ZipFile(f"{folder}/{module}-{version}-py3-none-any.whl", "w") as wheel:
    info = f"{module}-{version}.dist-info"
    files = {
        f"{module}.py": text,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    for path, content in {**files, f"{info}/RECORD": record}.items():
        wheel.writestr(path, content)

with tarfile.open(f"{folder}/{module}-{version}.tar.gz", "w:gz") as sdist:
    files = {"PKG-INFO": metadata, f"{module}.py": text, "backend.py": BACKEND, "pyproject.toml": PROJECT}
    for path, content in files.items():
        member = tarfile.TarInfo(f"{module}-{version}/{path}")
        member.size = len(content)
        sdist.addfile(member, io.BytesIO(content.encode()))
