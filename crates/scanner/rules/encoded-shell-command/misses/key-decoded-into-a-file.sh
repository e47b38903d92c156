#!/bin/sh
echo "$SIGNING_KEY" | base64 --decode > key.asc
gpg --import key.asc
