# An honest look-alike.
import base64
with open('a.png', 'wb') as file:
    file.write(base64.b64decode(DATA))
