# Defanged sample: nothing here is reached or run; defanged by hand.
import base64
base64.b64decode(text)
