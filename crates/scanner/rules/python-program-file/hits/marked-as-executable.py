# Defanged sample: nothing here is reached or run; defanged by hand.
import os
os.chmod(path, 0o755)
