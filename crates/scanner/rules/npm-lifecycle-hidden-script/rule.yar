rule npm_lifecycle_hidden_script {
    meta:
        title = "An npm life-cycle script runs a hidden or misnamed file"
        severity = "medium"
        confidence = "medium"
        languages = "json"
        behaviour = "execute"
        description = "A script that npm runs by itself at installation starts a file in a hidden folder or the temporary folder, a file whose name says that it is no code, or drops what it prints."
        recommendation = "Read the file before the package is installed, or install with --ignore-scripts."
        references = "https://attack.mitre.org/techniques/T1195/002/, https://attack.mitre.org/techniques/T1564/001/, https://attack.mitre.org/techniques/T1036/008/"
    strings:
        $hidden = /"((pre|post)?install|(pre|post)?prepare|preuninstall)"\s*:\s*"([^"\\\n]|\\.){0,120}\b(node|python3?|(ba|z|da)?sh)\s+(\.\/)?([\w-]{1,30}\/){0,3}\.(github|vscode|git|idea|cache|[a-z]{1,8}\/)[\w.\/-]{1,60}/
        $misnamed = /"((pre|post)?install|(pre|post)?prepare|preuninstall)"\s*:\s*"([^"\\\n]|\\.){0,120}\b(node|python3?|(ba|z|da)?sh)\s+[\w.\/-]{1,60}\.(png|jpe?g|gif|ico|woff2?|ttf|svg|css|txt|md|dat|bin|lock|map)(\s|"|&|;)/
        $temporary = /"((pre|post)?install|(pre|post)?prepare|preuninstall)"\s*:\s*"([^"\\\n]|\\.){0,120}\b(node|python3?|(ba|z|da)?sh|chmod\s\S{1,6})\s+(\/tmp\/|\/dev\/shm\/|%TEMP%)/
        $quiet = /"((pre|post)?install|(pre|post)?prepare|preuninstall)"\s*:\s*"([^"\\\n]|\\.){1,200}(>\s*\/dev\/null\s+2>&1\s*&|>\s?nul\s+2>&1\s*&|\bnohup\b|\bstart\s+\/b\b)/
    condition:
        file_name == "package.json" and any of them
}
