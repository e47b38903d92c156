# An honest look-alike.
import os
home = os.environ['HOME']
