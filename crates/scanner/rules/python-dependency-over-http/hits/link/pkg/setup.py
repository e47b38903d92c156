# defanged sample
from setuptools import setup
setup(name='sample', dependency_links=['http://files.example.invalid/simple/'])
