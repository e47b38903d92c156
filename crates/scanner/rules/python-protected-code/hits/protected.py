# Defanged sample: nothing here is reached or run; defanged by hand.
from pytransform import pyarmor_runtime
pyarmor_runtime()
