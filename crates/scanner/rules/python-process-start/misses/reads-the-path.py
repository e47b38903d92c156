# An honest look-alike.
import os
print(os.path.join(os.sep, 'usr'))
