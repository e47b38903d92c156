# An honest look-alike.
import subprocess
subprocess.run(['git', 'status'])
