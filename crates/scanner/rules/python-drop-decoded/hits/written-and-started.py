# Defanged sample: nothing here is reached or run; defanged by hand.
import base64, subprocess
with open('a.exe', 'wb') as file:
    file.write(base64.b64decode(DATA))
subprocess.Popen(['a.exe'])
