// defanged sample
const key = require('fs').readFileSync(home + '/.ssh/id_rsa', 'utf8');
