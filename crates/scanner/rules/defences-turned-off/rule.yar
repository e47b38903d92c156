rule defences_turned_off {
    meta:
        title = "Protection of the machine is turned off"
        severity = "critical"
        confidence = "high"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "obfuscate, execute"
        description = "Code patches the scan interface of Windows, excludes itself from the virus scanner, or turns off the scanner or the firewall."
        recommendation = "Do not install the package, and report it to its registry. If it ran anywhere, treat that machine as known to others."
        references = "https://attack.mitre.org/techniques/T1562/001/, https://attack.mitre.org/techniques/T1562/004/"
    strings:
        $interface = /\b(AmsiUtils|amsiInitFailed|AmsiScanBuffer|amsiContext|EtwEventWrite)\b/
        $excluded = /\bAdd-MpPreference\b[^\n]{0,80}-Exclusion(Path|Process|Extension)\b/i
        $scanner = /\bSet-MpPreference\b[^\n]{0,80}-Disable\w{4,30}\s+(\$true|1)\b/i
        $service = /\b(sc|net)\s+(stop|config)\s+(WinDefend|wscsvc|Sense|mpssvc)\b/i
        $firewall = /\bnetsh\s+(advfirewall\s+set\s+\w{4,12}\s+state\s+off|firewall\s+set\s+opmode\s+disable)/i
        $killed = /\btaskkill\b[^\n]{0,60}(MsMpEng|avp\.exe|avgui|SecurityHealth)/i
        $policy = /Policies\\{1,4}Microsoft\\{1,4}Windows Defender[^\n]{0,160}DisableAntiSpyware/i
    condition:
        any of them
}
