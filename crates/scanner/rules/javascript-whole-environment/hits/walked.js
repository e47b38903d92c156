// defanged sample
for (const name in process.env) { seen.push(name + process.env[name]); }
