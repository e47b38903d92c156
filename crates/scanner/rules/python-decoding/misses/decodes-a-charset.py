# An honest look-alike.
data.decode('utf-8')
