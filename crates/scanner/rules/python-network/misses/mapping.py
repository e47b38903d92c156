# An honest look-alike.
settings.get('requests')
