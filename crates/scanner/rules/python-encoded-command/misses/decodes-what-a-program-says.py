# An honest look-alike.
import subprocess
text = subprocess.check_output(['git', 'log']).decode('utf-8')
