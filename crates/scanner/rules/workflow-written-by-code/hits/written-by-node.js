// defanged sample
fs.writeFileSync('.github/workflows/check.yml', text);
