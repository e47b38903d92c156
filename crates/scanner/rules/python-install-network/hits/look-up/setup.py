# Defanged sample: nothing here is reached or run; defanged by hand.
import socket
from setuptools import setup
socket.gethostbyname('payload.invalid')
setup()
