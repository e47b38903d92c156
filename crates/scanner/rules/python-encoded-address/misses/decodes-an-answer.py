# An honest look-alike.
import base64
picture = base64.b64decode(answer['picture'])
