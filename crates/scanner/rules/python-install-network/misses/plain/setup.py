# An honest look-alike.
from setuptools import setup
setup(name='sample', install_requires=['requests'])
