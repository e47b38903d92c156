rule python_fetching_command {
    meta:
        title = "Python has a shell fetch something"
        severity = "medium"
        confidence = "high"
        languages = "python"
        behaviour = "download, shell"
        description = "Python code starts a program whose purpose is to fetch or to call a server: curl, wget, certutil, bitsadmin, mshta or PowerShell."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1105/, https://attack.mitre.org/techniques/T1218/"
    strings:
        $fetch = /\b(os\.(system|popen|startfile|exec[lv][pe]{0,2}|spawn[lv][pe]{0,2}|posix_spawnp?)|subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)|create_subprocess_(shell|exec)|pty\.spawn)\s*\(\s*[^\n]{0,120}\b(curl|wget|certutil|bitsadmin|mshta|regsvr32)(\.exe)?[\'"]?[\s,]/
        $powershell = /\b(os\.(system|popen|startfile|exec[lv][pe]{0,2}|spawn[lv][pe]{0,2}|posix_spawnp?)|subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)|create_subprocess_(shell|exec)|pty\.spawn)\s*\(\s*[^\n]{0,300}(Invoke-WebRequest|Invoke-RestMethod|Invoke-Expression|DownloadString|DownloadFile|Start-BitsTransfer|Net\.WebClient|\biwr\b|\biex\b)/i
        $web_client = /\b(powershell|pwsh)\b.{0,300}(Invoke-WebRequest|Invoke-RestMethod|Invoke-Expression|DownloadString|DownloadFile|Start-BitsTransfer|Net\.WebClient|Sockets\.TCPClient)/is
    condition:
        any of them
}
