const shells = ['bash', 'zsh', 'fish'];
