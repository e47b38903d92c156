# An honest look-alike.
import subprocess
subprocess.run(['tool.exe', '--version'])
