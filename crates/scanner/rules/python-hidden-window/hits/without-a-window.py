# Defanged sample: nothing here is reached or run; defanged by hand.
import subprocess
subprocess.Popen(['tool'], creationflags=subprocess.CREATE_NO_WINDOW)
