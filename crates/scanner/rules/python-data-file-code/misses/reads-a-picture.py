# An honest look-alike.
data = open('logo.png', 'rb').read()
