# An honest look-alike.
SIZES = [112, 114, 105, 110, 116]
