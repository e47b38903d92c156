# Defanged sample: nothing here is reached or run; defanged by hand.
import subprocess
subprocess.run(['powershell', '-WindowStyle', 'Hidden', '-File', 'a.ps1'])
