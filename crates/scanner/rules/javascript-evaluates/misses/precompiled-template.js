const render = compile(source);
render({ name: 'x' });
