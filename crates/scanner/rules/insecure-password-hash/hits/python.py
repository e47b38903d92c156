# defanged sample
import hashlib
h = hashlib.md5(password.encode()).hexdigest()
