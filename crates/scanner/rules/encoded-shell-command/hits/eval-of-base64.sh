#!/bin/bash
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
eval "$(echo ZWNobyBkZWZhbmdlZAo= | base64 --decode)"
