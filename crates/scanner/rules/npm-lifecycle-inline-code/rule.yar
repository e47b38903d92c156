rule npm_lifecycle_inline_code {
    meta:
        title = "An npm life-cycle script carries code on its command line"
        severity = "low"
        confidence = "medium"
        languages = "json"
        description = "A script that npm runs by itself at installation passes code to node, Python or a shell instead of naming a file."
        recommendation = "Read the script. Install with --ignore-scripts if it is not needed."
        references = "https://attack.mitre.org/techniques/T1195/002/, https://attack.mitre.org/techniques/T1059/"
    strings:
        $inline = /"((pre|post)?install|(pre|post)?prepare|preuninstall)"\s*:\s*"([^"\\\n]|\\.){0,200}\b(node\s+(-e|--eval|-p|-r)|python3?\s+-c|(ba|z|da)?sh\s+-c|powershell|pwsh|cmd\s+\/c|deno\s+eval|bun\s+-e|perl\s+-e)\b/
    condition:
        file_name == "package.json" and any of them
}
