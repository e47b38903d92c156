const load = new Function('exports', 'require', 'module', body);
