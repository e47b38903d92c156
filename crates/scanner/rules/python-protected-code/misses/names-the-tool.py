# An honest look-alike.
TOOLS = ['pyarmor', 'nuitka']
