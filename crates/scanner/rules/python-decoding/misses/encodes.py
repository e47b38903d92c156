# An honest look-alike.
import base64
base64.b64encode(data)
