# defanged sample
subprocess.run('schtasks /create /tn sample /tr x.exe /sc onlogon')
