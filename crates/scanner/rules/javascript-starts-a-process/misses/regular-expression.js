const found = /a(b)/.exec(text);
