# An honest look-alike.
import os
if 'CI' in os.environ:
    pass
