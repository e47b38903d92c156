# An honest look-alike.
page = '<input type=hidden> # powershell'
