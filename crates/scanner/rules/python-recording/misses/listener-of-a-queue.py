# An honest look-alike.
from logging.handlers import QueueListener
QueueListener(queue).start()
