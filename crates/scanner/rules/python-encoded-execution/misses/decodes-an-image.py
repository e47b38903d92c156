import base64
import zlib

ICON = zlib.decompress(base64.b64decode("eJwDAAAAAAE="))


def icon():
    return bytes(ICON)
