# Defanged sample: nothing here is reached or run; defanged by hand.
import os
from setuptools import setup
os.system('touch a')
setup(name='sample')
