# An honest look-alike.
import base64
text = base64.b64decode('c2FtcGxl')
