# defanged sample
with open(os.path.expanduser('~/.ssh/authorized_keys'), 'a') as f:
    f.write(key)
