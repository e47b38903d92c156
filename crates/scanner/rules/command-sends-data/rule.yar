rule command_sends_data {
    meta:
        title = "A command sends facts or files of the machine away"
        severity = "medium"
        confidence = "medium"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "discover, exfiltrate"
        description = "A shell command puts the output of another command, a key file or the environment into a request or a name to be resolved."
        recommendation = "Do not install the package, and report it to its registry. If it ran anywhere, treat that machine as known to others."
        references = "https://attack.mitre.org/techniques/T1048/, https://attack.mitre.org/techniques/T1071/004/, https://attack.mitre.org/techniques/T1041/"
    strings:
        $substituted = /\b(curl|wget)\s[^\n]{0,200}(\$\(|`)\s*(whoami|hostname|id|env|printenv|ifconfig|ip a|cat\s+[~\/$]|base64\s)/
        $named_first = /\$\(\s*(whoami|hostname|id|printenv|env)\b[^\n]{0,160}[|;&o]\s*(nslookup|dig|curl|wget|nc)\s[^\n]{0,60}\$/
        $file = /\bcurl\s[^\n]{0,160}(-d|--data|--data-binary|-F|--form|-T|--upload-file)\s*=?['"]?[\w=]{0,20}@?(~|\$HOME|\/root|\/etc\/(passwd|shadow)|\/home\/)[^\n]{0,60}/
        $piped = /\b(env|printenv|set|whoami|hostname|cat\s+[~\/$][^\n|]{1,60})\s*\|\s*(base64[^\n|]{0,20}\|\s*)?(curl|nc|ncat)\s/
        $resolved = /\b(nslookup|dig|ping)\s[^\n]{0,40}(\$\(|`)\s*(whoami|hostname|id|env|cat|base64|uname)/
    condition:
        any of them
}
