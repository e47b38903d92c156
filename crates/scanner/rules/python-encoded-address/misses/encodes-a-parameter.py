# An honest look-alike.
import base64, requests
requests.get('https://sample.invalid', params={'q': base64.b64encode(b'a')})
