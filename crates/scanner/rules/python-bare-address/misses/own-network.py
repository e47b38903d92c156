# An honest look-alike.
SERVER = 'http://192.168.1.7/x'
OTHER = 'http://10.0.0.1/x'
