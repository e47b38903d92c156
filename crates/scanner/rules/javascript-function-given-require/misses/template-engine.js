const render = new Function('data', 'return ' + source);
