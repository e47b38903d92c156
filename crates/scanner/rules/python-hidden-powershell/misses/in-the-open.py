# An honest look-alike.
import subprocess
subprocess.run(['powershell', '-File', 'a.ps1'])
