# Defanged sample: nothing here is reached or run; defanged by hand.
import os
data = dict(os.environ)
