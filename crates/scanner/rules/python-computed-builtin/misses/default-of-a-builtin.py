# An honest look-alike.
unicode = getattr(builtins, 'unicode', str)
