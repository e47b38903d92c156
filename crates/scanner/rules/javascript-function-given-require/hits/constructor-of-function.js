// defanged sample
const run = new (Function.constructor)('require', text);
run(require);
