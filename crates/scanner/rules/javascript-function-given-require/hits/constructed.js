// defanged sample
const run = new Function('require', text);
run(require);
