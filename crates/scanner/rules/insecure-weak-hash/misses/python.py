import hashlib
h = hashlib.sha256(data)
