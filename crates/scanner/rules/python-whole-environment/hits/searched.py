# Defanged sample: nothing here is reached or run; defanged by hand.
import os
for name, value in os.environ.items():
    keep(name, value)
