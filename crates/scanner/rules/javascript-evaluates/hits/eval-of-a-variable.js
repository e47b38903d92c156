// defanged sample
const code = read();
eval(code);
