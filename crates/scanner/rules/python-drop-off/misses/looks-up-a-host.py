# An honest look-alike.
import socket
socket.gethostbyname(host)
