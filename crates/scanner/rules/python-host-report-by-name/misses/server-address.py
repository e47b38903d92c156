# An honest look-alike.
import socket
address = socket.gethostbyname(server)
