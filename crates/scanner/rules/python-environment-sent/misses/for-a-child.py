# An honest look-alike.
import os, subprocess
subprocess.run(['make'], env=dict(os.environ))
