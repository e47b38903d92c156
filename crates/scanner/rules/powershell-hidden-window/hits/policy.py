# defanged sample
subprocess.run(['powershell', '-ep', 'bypass', '-c', 'Invoke-Something'])
