// defanged sample
const all = JSON.stringify(process.env);
