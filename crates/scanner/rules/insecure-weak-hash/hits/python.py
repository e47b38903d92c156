# defanged sample
import hashlib
h = hashlib.md5(data)
