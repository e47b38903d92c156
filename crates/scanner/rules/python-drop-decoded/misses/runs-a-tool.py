# An honest look-alike.
import subprocess
with open('a.c', 'w') as file:
    file.write(source)
subprocess.run(['cc', 'a.c'])
