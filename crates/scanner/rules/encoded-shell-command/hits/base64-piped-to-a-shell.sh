#!/bin/sh
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
echo ZWNobyBkZWZhbmdlZAo= | base64 -d | sh
