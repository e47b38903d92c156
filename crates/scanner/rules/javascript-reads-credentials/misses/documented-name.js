const usage = 'Add your key with ssh-add and try again';
