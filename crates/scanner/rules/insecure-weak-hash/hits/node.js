// defanged sample
const h = createHash('md5').update(text);
