const settings = require('fs').readFileSync(home + '/.tool/settings.json');
