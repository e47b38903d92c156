# An honest look-alike.
import re
re.match('0x[a-fA-F0-9]{40}', address)
