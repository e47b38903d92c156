# An honest look-alike.
import requests
requests.get('https://sample.invalid', headers={'User-Agent': 'sample'})
