# defanged sample
import subprocess
subprocess.run(f'tar xf {name}', shell=True)
