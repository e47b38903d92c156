import subprocess
subprocess.run(['tar', 'xf', name])
