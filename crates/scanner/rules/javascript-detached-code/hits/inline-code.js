// defanged sample
const { spawn } = require('child_process');
spawn(process.execPath, ['-e', code], { detached: true, stdio: 'ignore' }).unref();
