# Defanged sample: nothing here is reached or run; defanged by hand.
from subprocess import Popen as start
start(['make'])
