# Defanged sample: nothing here is reached or run; defanged by hand.
import subprocess
subprocess.run('touch a', shell=True)
