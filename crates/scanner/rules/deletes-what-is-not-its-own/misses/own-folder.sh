rm -rf /tmp/build ~/.cache/tool "$HOME/.tool"
