chmod 700 ~/.ssh
