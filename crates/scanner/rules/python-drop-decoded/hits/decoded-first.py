# Defanged sample: nothing here is reached or run; defanged by hand.
import base64, os
data = base64.b64decode(DATA)
with open('a.py', 'wb') as file:
    file.write(data)
os.system('python a.py')
