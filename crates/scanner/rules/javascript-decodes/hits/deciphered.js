// defanged sample
const crypto = require('crypto');
const d = crypto.createDecipheriv('aes-256-cbc', key, iv);
