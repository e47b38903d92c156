// defanged sample
const { exec } = require('child_process');
exec(`tar xf ${name}`);
