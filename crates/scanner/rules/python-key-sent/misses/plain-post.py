# An honest look-alike.
import requests
requests.post('https://sample.invalid', json={'name': name})
