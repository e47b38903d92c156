#!/bin/sh
echo 'export PATH="$HOME/.tool/bin:$PATH"' >> ~/.bashrc
