d=$(mktemp -d)
cd "$d"
