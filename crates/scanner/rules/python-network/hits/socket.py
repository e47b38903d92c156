# Defanged sample: nothing here is reached or run; defanged by hand.
import socket
s = socket.socket()
s.connect(('sample.invalid', 80))
