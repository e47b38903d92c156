const { spawn } = require('child_process');
spawn('git', ['log']);
