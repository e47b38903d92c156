# An honest look-alike.
letter = chr(65 + column)
