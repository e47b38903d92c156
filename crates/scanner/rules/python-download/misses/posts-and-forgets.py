# An honest look-alike.
import requests
requests.post('https://sample.invalid/a', data=b'')
