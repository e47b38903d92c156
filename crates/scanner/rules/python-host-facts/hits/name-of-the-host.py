# Defanged sample: nothing here is reached or run; defanged by hand.
import socket
name = socket.gethostname()
