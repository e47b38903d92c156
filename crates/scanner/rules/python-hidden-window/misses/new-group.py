# An honest look-alike.
import subprocess
subprocess.Popen(['tool'], creationflags=subprocess.CREATE_NEW_PROCESS_GROUP)
