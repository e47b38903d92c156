# An honest look-alike.
command = 'powershell -Command Get-Date'
