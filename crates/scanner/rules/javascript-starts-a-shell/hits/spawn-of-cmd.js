// defanged sample
const { spawn } = require('child_process');
spawn('cmd.exe', ['/c', 'dir']);
