rule invisible_code {
    meta:
        title = "Source holds a run of invisible characters"
        severity = "high"
        confidence = "high"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "obfuscate"
        description = "Variation selectors or tag characters follow each other in a source file. They show nothing, can carry any data, and no text needs several in a row."
        recommendation = "Do not install the package, and report it to its registry. If it ran anywhere, treat that machine as known to others."
        references = "https://attack.mitre.org/techniques/T1027/, https://cwe.mitre.org/data/definitions/506.html, https://cwe.mitre.org/data/definitions/1007.html"
    strings:
        $selectors = { EF B8 (80|81|82|83|84|85|86|87|88|89|8A|8B|8C|8D|8E|8F) EF B8 (80|81|82|83|84|85|86|87|88|89|8A|8B|8C|8D|8E|8F) EF B8 (80|81|82|83|84|85|86|87|88|89|8A|8B|8C|8D|8E|8F) EF B8 (80|81|82|83|84|85|86|87|88|89|8A|8B|8C|8D|8E|8F) }
        $supplementary = { F3 A0 (84|85|86|87) ?? F3 A0 (84|85|86|87) ?? F3 A0 (84|85|86|87) ?? F3 A0 (84|85|86|87) ?? }
        // with both values of a bit
        $zero_width = { E2 80 (8B|8C|8D) E2 80 (8B|8C|8D) E2 80 8B E2 80 (8C|8D) E2 80 (8B|8C|8D) E2 80 (8B|8C|8D) E2 80 (8B|8C|8D) }
    condition:
        any of them
}
