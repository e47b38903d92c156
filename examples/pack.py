#!/usr/bin/env python3
"""Packs examples/src/<package>/ into examples/packages/. Needs nothing but Python's standard library.

    python3 examples/pack.py

Each archive is written as its ecosystem writes it: a zip as `git archive` does (a top folder with an entry of its own, the
commit id in the end comment, lengths in the local headers and no data descriptors), an npm tarball below `package/`,
an sdist below `<name>-<version>/`. Order, times, modes and owners are fixed, so the same sources and the same zlib
give the same bytes. `cargo test -p scanner --test examples` fails when archives and sources differ.
"""

import gzip
import io
import struct
import tarfile
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODIFIED = 1_735_689_600  # 2025-01-01T00:00:00Z
COMMIT = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"  # what `git archive` would name; there is no such commit


def sources(package):
    """The package's files below its folder, in order: (relative path, bytes)."""
    folder = HERE / "src" / package
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in files]


def zip_entry(name, mode):
    entry = zipfile.ZipInfo(name, time.gmtime(MODIFIED)[:6])
    entry.create_system = 3  # Unix: the mode counts
    entry.external_attr = mode << 16 | (0x10 if name.endswith("/") else 0)
    entry.extra = struct.pack("<HHBl", 0x5455, 5, 1, MODIFIED)  # the time in UTC, as git writes it
    return entry


def git_zip(target, package, top):
    """A zip as `git archive --format=zip --prefix=<top>/` writes it."""
    files = sources(package)
    folders = {f"{top}/"} | {f"{top}/{parent}/" for path, _ in files for parent in map(str, Path(path).parents) if parent != "."}
    contents = dict.fromkeys(folders) | {f"{top}/{path}": data for path, data in files}
    with zipfile.ZipFile(target, "w") as archive:
        archive.comment = COMMIT.encode()
        for name, data in sorted(contents.items()):
            if data is None:
                archive.writestr(zip_entry(name, 0o040755), b"")
            else:
                archive.writestr(zip_entry(name, 0o100644), data, zipfile.ZIP_DEFLATED, 9)


def tar_gz(target, package, top):
    """A tar.gz with files only, as `npm pack` and `python -m build --sdist` write it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, data in sources(package):
            member = tarfile.TarInfo(f"{top}/{path}")
            member.size, member.mtime, member.mode = len(data), MODIFIED, 0o644
            archive.addfile(member, io.BytesIO(data))
    with open(target, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=MODIFIED) as stream:
        stream.write(packed.getvalue())


def main():
    packages = HERE / "packages"
    packages.mkdir(exist_ok=True)
    git_zip(packages / "clean-stats-1.2.0.zip", "clean-stats", "clean-stats-1.2.0")
    tar_gz(packages / "clean-slugs-2.0.1.tgz", "clean-slugs", "package")
    tar_gz(packages / "quick-colors-1.0.2.tar.gz", "quick-colors", "quick-colors-1.0.2")


if __name__ == "__main__":
    main()
