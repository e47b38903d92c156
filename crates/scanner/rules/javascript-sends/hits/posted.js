// defanged sample
const https = require('https');
const r = https.request({ hostname: 'a.example.invalid', method: 'POST' });
r.end('x');
