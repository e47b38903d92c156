// defanged sample
const m = new Module('x');
m._compile(text, 'x.js');
