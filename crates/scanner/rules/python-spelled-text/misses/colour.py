# An honest look-alike.
RED = '\x1b[31m'
