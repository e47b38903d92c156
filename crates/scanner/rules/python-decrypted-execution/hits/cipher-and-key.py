# Defanged sample: nothing here is reached or run; defanged by hand.
from cryptography.fernet import Fernet
exec(Fernet(b'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=').decrypt(b'gAAAAA-not-a-cipher'))
