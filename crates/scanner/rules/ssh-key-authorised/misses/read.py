keys = open('/home/a/.ssh/authorized_keys').read()
