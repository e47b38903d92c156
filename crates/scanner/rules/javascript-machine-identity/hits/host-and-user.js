// defanged sample
const os = require('os');
const me = [os.hostname(), os.userInfo().username];
