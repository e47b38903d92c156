subprocess.run('schtasks /query /fo csv')
