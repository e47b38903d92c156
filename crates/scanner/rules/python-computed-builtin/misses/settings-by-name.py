# An honest look-alike.
value = getattr(settings, 'NAME_' + kind)
