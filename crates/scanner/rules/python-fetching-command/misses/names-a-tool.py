# An honest look-alike.
HELP = 'use curl to try it'
