# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import subprocess, sys

subprocess.Popen([sys.executable, "-c", "import base64;exec(base64.b64decode('cHJpbnQoJ2RlZmFuZ2VkJyk='))"])
