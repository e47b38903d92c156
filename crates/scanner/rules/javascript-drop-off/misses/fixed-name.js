const dns = require('dns');
dns.lookup('registry.example.invalid', done);
