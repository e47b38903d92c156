rule npm_lifecycle_download {
    meta:
        title = "An npm life-cycle script downloads or runs hidden code"
        severity = "critical"
        confidence = "high"
        languages = "json"
        behaviour = "download, shell"
        description = "A script that npm runs by itself when the package is installed fetches from the network with a shell tool, or passes network, process or decoding code on its command line."
        recommendation = "Do not install the package, or install it with --ignore-scripts after reading the script."
        references = "https://attack.mitre.org/techniques/T1195/002/, https://attack.mitre.org/techniques/T1059/, https://cwe.mitre.org/data/definitions/494.html"
    strings:
        $fetch = /"((pre|post)?install|(pre|post)?prepare|preuninstall)"\s*:\s*"([^"\\\n]|\\.){0,300}\b(curl|wget|iwr|Invoke-WebRequest|bitsadmin|certutil)\b([^"\\\n]|\\.){1,250}https?:/
        $inline = /"((pre|post)?install|(pre|post)?prepare|preuninstall)"\s*:\s*"([^"\\\n]|\\.){0,200}\b(node\s+(-e|--eval|-p)|python3?\s+-c|(ba|z|da)?sh\s+-c|powershell|pwsh)\b([^"\\\n]|\\.){1,400}(https?:|https?\.get|child_process|base64|Buffer\.from|eval\s*\(|urlopen|\/dev\/tcp|EncodedCommand)/
        $piped = /"((pre|post)?install|(pre|post)?prepare|preuninstall)"\s*:\s*"([^"\\\n]|\\.){0,300}\|\s*(sudo\s+)?((ba|z|da)?sh|node|python3?)\s*(["&;]|\s-)/
    condition:
        file_name == "package.json" and any of them
}
