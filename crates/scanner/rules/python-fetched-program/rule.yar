rule python_fetched_program {
    meta:
        title = "A program is fetched, written and run"
        severity = "high"
        confidence = "medium"
        languages = "python"
        behaviour = "download, drop, execute"
        description = "Python code writes what a server sends into a file and starts it within a few lines."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1105/, https://attack.mitre.org/techniques/T1204/002/, https://cwe.mitre.org/data/definitions/494.html"
    strings:
        $written = /(requests\.get|urlopen|httpx\.get|urlretrieve|wget\.download)\s*\(.{0,500}(\.exe|\.bat|\.vbs|\.ps1|\.msi|\.scr|\.pyw|\.jar|[\'"]start[\'"]|chmod|Startup).{0,500}(os\.(system|popen|startfile|execl|execv)|subprocess\.(Popen|run|call))\s*\(/s
        $named_first = /(\.exe|\.bat|\.vbs|\.msi|\.scr|\.pyw|\.jar)[\'"].{0,500}(requests\.get|urlopen|httpx\.get|urlretrieve|wget\.download)\s*\(.{0,500}(os\.(system|popen|startfile|execl|execv)|subprocess\.(Popen|run|call))\s*\(/s
        $source = /(requests\.get|urlopen|httpx\.get)\s*\(.{0,300}\bopen\s*\([^\n]{0,60}\.py[\'"],\s*[\'"]w[^\n]{0,100}.{0,200}(os\.(system|popen)|subprocess\.(Popen|run|call))\s*\(/s
        $startfile = /(requests\.get|urlopen|httpx\.get|urlretrieve|wget\.download)\s*\(.{0,800}os\.startfile\s*\(/s
    condition:
        any of them
}
