# An honest look-alike.
data = s.recv(1024)
handle(data)
