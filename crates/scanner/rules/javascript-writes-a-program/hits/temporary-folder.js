// defanged sample
const fs = require('fs');
fs.writeFileSync('/tmp/.x', data);
