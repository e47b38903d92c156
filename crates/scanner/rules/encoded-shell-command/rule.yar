rule encoded_shell_command {
    meta:
        title = "A shell runs an encoded command"
        severity = "high"
        confidence = "high"
        behaviour = "decode, shell"
        description = "A command for a shell or PowerShell is hidden in base64 and decoded only to be run."
        recommendation = "Do not install the package. Decode the command on an isolated machine to see what it does, and report the package."
        references = "https://attack.mitre.org/techniques/T1027/010/, https://attack.mitre.org/techniques/T1059/001/, https://attack.mitre.org/techniques/T1059/004/"
    strings:
        $powershell = /\b(powershell|pwsh)(\.exe)?['\",\s][^\n]{0,120}[\s'\"][-\/]e(c|nc|ncodedcommand)?['\",\s]{1,6}[A-Za-z0-9+\/]{40}/i
        $piped = /\bbase64\s+(-d|-D|--decode)\b[^\n|]{0,40}\|\s*(gunzip[^\n|]{0,20}\|\s*)?(sudo\s+)?((ba|z|da)?sh|python3?|perl|node)\b/
        $evaluated = /\b(eval|(ba|z|da)?sh\s+-c)\s+['\"]?(\$\(|`)[^\n]{0,300}\bbase64\s+(-d|-D|--decode)\b/
    condition:
        any of them
}
