#!/bin/bash
# waits until the database listens
until (echo > /dev/tcp/database.invalid/5432) 2>/dev/null; do sleep 1; done
nc -z database.invalid 5432
