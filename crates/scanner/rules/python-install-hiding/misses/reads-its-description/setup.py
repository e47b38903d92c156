# An honest look-alike.
import codecs
from setuptools import setup
setup(long_description=codecs.open('README.md', 'r', 'utf-8').read())
