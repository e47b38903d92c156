rule javascript_detached_code {
    meta:
        title = "Code is started in a process that outlives its parent"
        severity = "low"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "execute, obfuscate"
        description = "JavaScript starts an interpreter with code or a file as a detached process without window or output, so that it goes on after the installation or command has ended."
        recommendation = "Read what is started. Do not install the package unless it has to leave a process behind."
        references = "https://attack.mitre.org/techniques/T1564/003/, https://attack.mitre.org/techniques/T1059/007/"
    strings:
        $inline = /\b(spawn|fork)\(\s*(process\.execPath|process\.argv\[0\]|['"`]node['"`])\s*,\s*\[\s*['"`](-e|--eval)['"`].{0,300}\bdetached:\s*(true|!0)/s
        $silent = /\b(spawn|fork)\(.{0,160}\bdetached:\s*(true|!0)\s*,\s*(stdio:\s*['"`]ignore['"`]\s*,\s*windowsHide:\s*(true|!0)|windowsHide:\s*(true|!0)\s*,\s*stdio:\s*['"`]ignore['"`])/s
        $silent_first = /\b(spawn|fork)\(.{0,160}\bstdio:\s*['"`]ignore['"`]\s*,\s*(detached:\s*(true|!0)\s*,\s*windowsHide:\s*(true|!0)|windowsHide:\s*(true|!0)\s*,\s*detached:\s*(true|!0))/s
    condition:
        any of them
}
