# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import subprocess

subprocess.Popen("powershell -WindowStyle Hidden -EncodedCommand ZQBjAGgAbwAgAGQAZQBmAGEAbgBnAGUAZABkAGUAZgBhAG4AZwBlAGQA", shell=False)
