# An honest look-alike.
import re
re.findall(r'[\w-]{4}\.[\w-]{6}', text)
