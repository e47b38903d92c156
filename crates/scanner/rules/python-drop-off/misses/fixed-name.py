# An honest look-alike.
import socket
socket.getaddrinfo('sample.invalid', 443)
