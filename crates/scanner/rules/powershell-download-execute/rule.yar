rule powershell_download_execute {
    meta:
        title = "PowerShell runs what it downloads"
        severity = "high"
        confidence = "high"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "download, execute, shell"
        description = "PowerShell fetches text from the network and evaluates it at once, or loads it as an assembly, so that nothing is left on the disk."
        recommendation = "Do not install the package, and report it to its registry. If it ran anywhere, treat that machine as known to others."
        references = "https://attack.mitre.org/techniques/T1059/001/, https://attack.mitre.org/techniques/T1105/, https://attack.mitre.org/techniques/T1620/"
    strings:
        $evaluated = /\b(iex|Invoke-Expression)[\s('"$&]{1,6}(New-Object[^\n]{0,80}\bDownloadString\b|(Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\s+['"\w$(-])/i
        $piped = /\b(DownloadString|Invoke-WebRequest|Invoke-RestMethod|iwr|irm|curl|wget)[\s('"][^\n|]{1,200}\|\s*(iex|Invoke-Expression)\b/i
        $outfile = /\b(DownloadFile|Invoke-WebRequest|Start-BitsTransfer)\b[^\n]{0,200}(\$env:(TEMP|APPDATA|LOCALAPPDATA)|%TEMP%|%APPDATA%)[^\n]{0,120}(\n[^\n]{0,160}){0,2}\b(Start-Process|Invoke-Item)\b/i
        $assembly = /\bReflection\.Assembly\]?::Load\([^\n]{0,160}\b(DownloadData|FromBase64String)\b/i
    condition:
        any of them
}
