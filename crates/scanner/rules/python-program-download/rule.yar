rule python_program_download {
    meta:
        title = "A program is fetched into a file"
        severity = "medium"
        confidence = "medium"
        languages = "python"
        behaviour = "download, drop"
        description = "Python code writes what a server sends into a file whose name is that of a program."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1105/, https://cwe.mitre.org/data/definitions/494.html"
    strings:
        $written = /(requests\.get|urlopen|httpx\.get)\s*\(.{0,300}\bopen\s*\([^\n]{0,100}\.(exe|bat|vbs|ps1|scr|msi|pyw|cmd|hta)[\'"][^\n]{0,20}[\'"]w/s
        $retrieved = /\b(urlretrieve|wget\.download)\s*\([^\n]{1,240}\.(exe|bat|vbs|ps1|scr|msi|pyw|cmd|hta)[\'"]/
    condition:
        any of them
}
