Invoke-WebRequest https://a.example.invalid/x.zip -OutFile x.zip
Expand-Archive x.zip
