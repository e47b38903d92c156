# An honest look-alike.
text = open('a').read()
