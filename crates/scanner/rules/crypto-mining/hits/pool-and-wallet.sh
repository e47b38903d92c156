#!/bin/sh
# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
./worker -a rx/0 -o stratum+ssl://pool.invalid:443 -u 4xDEFANGEDxNOxWALLETxHERE -p x
