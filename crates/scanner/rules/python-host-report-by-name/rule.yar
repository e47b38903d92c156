rule python_host_report_by_name {
    meta:
        title = "The machine is reported by name look-ups"
        severity = "high"
        confidence = "high"
        languages = "python"
        behaviour = "discover, exfiltrate"
        description = "Python code asks a name server for a name that holds facts about the machine, which takes them out where nothing else gets through."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1048/003/, https://attack.mitre.org/techniques/T1071/004/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $lookup = /(gethostname|getuser|getlogin|platform\.node|os\.uname|getcwd|os\.environ|b32encode|b64encode|hexlify|\.hex\(\)).{0,500}(socket\.(gethostbyname(_ex)?|getaddrinfo)\s*\(\s*(f[\'"]|[^\n)]{1,60}(\+|%|format|\{))|(\[\s*[\'"](nslookup|dig|ping)[\'"]\s*,|[\'"](nslookup|dig|ping)\s[^\n]{0,60}(\{|%s|[\'"]\s*\+)))/s
    condition:
        any of them
}
