chmod 600 ~/.ssh/authorized_keys
