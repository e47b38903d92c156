# Defanged sample: nothing here is reached or run; defanged by hand.
command = 'powershell -ExecutionPolicy Bypass -File a.ps1'
