rule python_environment_sent {
    meta:
        title = "The whole environment is sent"
        severity = "high"
        confidence = "high"
        languages = "python"
        behaviour = "environment, exfiltrate"
        description = "Python code sends all environment variables, and with them every token of the machine, to a server."
        recommendation = "Do not install the package. If it ran, rotate every secret of that environment."
        references = "https://attack.mitre.org/techniques/T1552/001/, https://attack.mitre.org/techniques/T1041/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $sent = /((requests|httpx)\.(get|post|put)|urlopen|Request|\.sendall|HTTPS?Connection)\s*\([^\n]{0,200}\bos\.environ\s*[,)}\]]/
        $read_then_sent = /(dict|str|dumps|urlencode|b64encode|repr)\s*\(\s*(dict\s*\(\s*)?os\.environ(\.copy\s*\(\s*\)|\.items\s*\(\s*\))?\s*[,)].{0,600}((requests|httpx)\.(get|post|put)\s*\(|urlopen\s*\(|\.request\s*\(|HTTPS?Connection\s*\(|\.sendall\s*\()/s
        $command = /(os\.popen|check_output|getoutput|subprocess\.run)\s*\(\s*\[?[\'"](env|printenv|set|cmd \/c set)[\'"].{0,600}((requests|httpx)\.(get|post|put)\s*\(|urlopen\s*\(|\.request\s*\(|HTTPS?Connection\s*\(|\.sendall\s*\()/s
    condition:
        any of them
}
