const { spawn } = require("child_process");
const gzip = spawn("gzip", ["-9"]);
process.stdin.pipe(gzip.stdin);
gzip.stdout.pipe(process.stdout);
