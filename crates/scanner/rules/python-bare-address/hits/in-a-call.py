# Defanged sample: nothing here is reached or run; defanged by hand.
import requests
requests.post('http://192.0.2.9/x', json={})
