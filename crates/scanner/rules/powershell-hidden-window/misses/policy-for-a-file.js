exec('powershell -ExecutionPolicy Bypass -File ./scripts/build.ps1');
