// defanged sample
require('child_process').spawn('node', [file], { detached: true, stdio: 'ignore', windowsHide: true });
