const help = 'SELECT ' + 'what you need';
