const crypto = require('crypto');
crypto.createHash('sha256').update(x).digest('hex');
