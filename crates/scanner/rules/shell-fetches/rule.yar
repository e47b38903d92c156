rule shell_fetches {
    meta:
        title = "A script downloads"
        severity = "info"
        confidence = "high"
        languages = "shell, powershell"
        behaviour = "download"
        description = "A shell or PowerShell script fetches from an address."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1105/"
    strings:
        $shell = /\b(curl|wget)\s[^\n]{0,160}(https?:\/\/|\$\{?\w{0,12}(URL|url|HOST|host))/
        $windows = /\b(Invoke-WebRequest|Invoke-RestMethod|Start-BitsTransfer|DownloadFile|DownloadString|certutil\s+-urlcache|bitsadmin\s+\/transfer)\b/i
    condition:
        any of them
}
