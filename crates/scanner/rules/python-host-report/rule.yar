rule python_host_report {
    meta:
        title = "The machine is reported to a server"
        severity = "medium"
        confidence = "high"
        languages = "python"
        behaviour = "discover, network"
        description = "Python code puts the names of host and user, or the public address, into a request."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1082/, https://attack.mitre.org/techniques/T1041/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $facts_sent = /(gethostname|getuser|getlogin|platform\.node|os\.uname)\s*\(.{0,400}(gethostname|getuser|getlogin|platform\.node|os\.uname|getcwd|whoami|gethostbyname|ipify|\[[\'"]USER(NAME)?[\'"]\])\b.{0,600}((requests|httpx)\.(get|post|put)\s*\(|urlopen\s*\(|\.request\s*\(|HTTPS?Connection\s*\(|\bcurl\b|\.send(all)?\s*\(|\.send_message\s*\()/s
        $in_request = /((requests|httpx)\.(get|post|put)|urlopen|Request)\s*\([^\n]{0,300}(gethostname|getuser|getlogin|platform\.node|os\.uname|uuid\.getnode)\s*\(/
        $in_address = /https?:\/\/[^\s\'"]{3,80}[\'"]?[^\n]{0,60}(\{|\+\s*)(socket\.gethostname|getpass\.getuser|os\.getlogin|platform\.node|os\.environ)/
        $shell = /\b(curl|wget|nslookup|ping|dig)\b[^\n]{0,200}(\$\((hostname|whoami|id|uname|env|ls|cat|pwd)\b|`(hostname|whoami|id|uname|env|ls|cat|pwd)\b|%(username|computername)%|\$(USER|HOSTNAME|HOME)\b)/
    condition:
        any of them
}
