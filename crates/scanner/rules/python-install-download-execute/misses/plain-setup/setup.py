import re
from pathlib import Path
from setuptools import find_packages, setup

version = re.search(r'__version__ = "(.*)"', Path("src/pkg/__init__.py").read_text()).group(1)
setup(name="pkg", version=version, url="https://pkg.invalid", packages=find_packages("src"))
