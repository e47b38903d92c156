subprocess.run(['powershell', '-NoProfile', '-File', 'build.ps1'])
