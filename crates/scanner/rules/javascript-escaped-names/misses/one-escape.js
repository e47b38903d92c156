const dash = 'a\u2014b';
