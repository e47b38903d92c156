// defanged sample
require('child_process').spawn('/bin/bash', ['-i']);
