# defanged sample
New-Service -Name sample -BinaryPathName C:\sample.exe
