# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import base64, zlib

exec(compile(zlib.decompress(base64.b64decode(b"eJwrKMrMK9FQT0lNS8xLT01R1wQAOF0F6Q==")), "<s>", "exec"))
