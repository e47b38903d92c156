require('fs').chmodSync(key, 0o600);
