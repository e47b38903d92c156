# An honest look-alike.
import requests
requests.get('https://sample.invalid')
