# defanged sample
tar czf keys.tgz ~/.ssh/id_ed25519 ~/.aws/credentials
