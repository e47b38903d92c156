# An honest look-alike.
import platform
if platform.system() == 'Windows':
    pass
