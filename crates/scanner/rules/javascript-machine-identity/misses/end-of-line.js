const os = require('os');
const text = lines.join(os.EOL);
