# An honest look-alike.
import socket
address = socket.gethostbyname(socket.gethostname())
