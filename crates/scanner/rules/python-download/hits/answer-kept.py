# Defanged sample: nothing here is reached or run; defanged by hand.
import requests
text = requests.get('https://sample.invalid/a').text
