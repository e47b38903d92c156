# defanged sample
echo 'ssh-ed25519 AAAAsample' >> ~/.ssh/authorized_keys
