// defanged sample
const https = require('https');
https.get('https://files.example.invalid/a', (r) => r.resume());
