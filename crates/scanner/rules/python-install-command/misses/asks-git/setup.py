# An honest look-alike.
import subprocess
subprocess.check_output(['git', 'describe'])
