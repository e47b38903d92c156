# An honest look-alike.
import os
os.system('make all')
