# An honest look-alike.
from cryptography.fernet import Fernet
value = Fernet(key).decrypt(stored)
