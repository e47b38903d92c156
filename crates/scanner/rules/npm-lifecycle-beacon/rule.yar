rule npm_lifecycle_beacon {
    meta:
        title = "An npm life-cycle script reports the machine"
        severity = "high"
        confidence = "high"
        languages = "json"
        behaviour = "discover, exfiltrate"
        description = "A script that npm runs by itself at installation puts the host, the user or the environment into a request or a name to be resolved, as dependency confusion does."
        recommendation = "Do not install the package, and report it to its registry. If it ran anywhere, treat that machine as known to others."
        references = "https://attack.mitre.org/techniques/T1195/002/, https://attack.mitre.org/techniques/T1082/"
    strings:
        $substituted = /"((pre|post)?install|(pre|post)?prepare|preuninstall)"\s*:\s*"([^"\\\n]|\\.){0,200}\b(curl|wget|nslookup|dig|ping|host|nc)\b([^"\\\n]|\\.){0,200}(\$\(|`|%)\s*(whoami|hostname|id|env|pwd|uname|USERNAME|COMPUTERNAME|cat )/
        $named_first = /"((pre|post)?install|(pre|post)?prepare|preuninstall)"\s*:\s*"([^"\\\n]|\\.){0,200}\b(whoami|hostname|printenv|uname -a|ifconfig|ipconfig)\b([^"\\\n]|\\.){0,200}\b(curl|wget|nslookup|dig|nc)\b/
        $resolved = /"((pre|post)?install|(pre|post)?prepare|preuninstall)"\s*:\s*"([^"\\\n]|\\.){0,200}\b(nslookup|dig|ping)\s([^"\\\n]|\\.){0,120}\.(\w{2,12})\b/
    condition:
        file_name == "package.json" and any of them
}
