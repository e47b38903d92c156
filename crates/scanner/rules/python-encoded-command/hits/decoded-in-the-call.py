# Defanged sample: nothing here is reached or run; defanged by hand.
import base64, os
os.system(base64.b64decode('bWFrZSBhbGw=').decode())
