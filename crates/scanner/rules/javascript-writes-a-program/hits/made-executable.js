// defanged sample
const fs = require('fs');
fs.chmodSync('./run', 0o755);
