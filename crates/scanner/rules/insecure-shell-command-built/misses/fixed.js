const { exec } = require('child_process');
exec('git status');
