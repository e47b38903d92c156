# An honest look-alike.
import requests
open('a.csv', 'wb').write(requests.get('https://sample.invalid').content)
