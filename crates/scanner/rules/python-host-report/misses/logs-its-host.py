# An honest look-alike.
import socket, logging
logging.info('on %s', socket.gethostname())
