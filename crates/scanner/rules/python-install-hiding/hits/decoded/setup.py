# Defanged sample: nothing here is reached or run; defanged by hand.
import base64
text = base64.b64decode('c2FtcGxl')
