# Defanged sample: nothing here is reached or run; defanged by hand.
import os
os.system('powershell -w hidden -File a.ps1')
