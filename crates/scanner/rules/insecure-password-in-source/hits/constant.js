// defanged sample
const DB_PASSWORD = 'sample-pass1';
