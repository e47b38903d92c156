# defanged sample
subprocess.run('powershell Add-MpPreference -ExclusionPath C:\\Users')
