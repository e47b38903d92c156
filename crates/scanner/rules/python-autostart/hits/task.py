# Defanged sample: nothing here is reached or run; defanged by hand.
command = 'schtasks /create /tn sample /tr sample.bat /sc onlogon'
