# An honest look-alike.
SERVER = 'http://127.0.0.1:8000/x'
