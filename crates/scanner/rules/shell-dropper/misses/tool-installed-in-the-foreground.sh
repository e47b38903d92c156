#!/bin/sh
set -e
curl -fsSL https://tools.invalid/tool-1.2.3 -o /tmp/tool
echo "0f0e0d0c  /tmp/tool" | sha256sum -c -
chmod +x /tmp/tool
/tmp/tool --version
