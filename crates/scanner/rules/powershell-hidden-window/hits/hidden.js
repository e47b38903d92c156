// defanged sample
exec('powershell.exe -NoProfile -WindowStyle Hidden -File a.ps1');
