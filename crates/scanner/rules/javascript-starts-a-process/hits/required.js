// defanged sample
const cp = require('child_process');
cp.spawn('make', ['all']);
