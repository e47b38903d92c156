Invoke-Expression (& starship init powershell)
