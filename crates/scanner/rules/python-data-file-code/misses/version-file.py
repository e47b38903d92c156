# An honest look-alike.
exec(open('version.py').read())
