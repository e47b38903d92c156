rule powershell_hidden_window {
    meta:
        title = "PowerShell is started without a window"
        severity = "medium"
        confidence = "medium"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "shell, obfuscate"
        description = "PowerShell is started hidden, or past its execution policy and profile with a command, so that the user sees nothing of it."
        recommendation = "Read what the command does. Do not install the package if it is not documented."
        references = "https://attack.mitre.org/techniques/T1564/003/, https://attack.mitre.org/techniques/T1059/001/"
    strings:
        $hidden = /\b(powershell|pwsh)(\.exe)?['",\s][^\n]{0,160}[-\/]w(i|in|indowstyle)?['",\s]{1,4}h(id|idden)?\b/i
        $policy = /\b(powershell|pwsh)(\.exe)?['",\s][^\n]{0,120}[-\/](ep|exec|executionpolicy)['",\s]{1,4}bypass\b[^\n]{0,160}(-w|hidden|-enc|-e\s|iex|Invoke-|Download|New-Object)/i
        $script_host = /\bWScript\.Shell\b[^\n]{0,160}\.Run\(?\s*["'][^\n]{1,200},\s*0\s*,/i
    condition:
        any of them
}
