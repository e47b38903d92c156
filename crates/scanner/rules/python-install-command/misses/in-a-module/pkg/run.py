# An honest look-alike.
import os
os.system('touch a')
