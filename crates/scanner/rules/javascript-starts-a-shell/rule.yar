rule javascript_starts_a_shell {
    meta:
        title = "JavaScript starts a shell"
        severity = "info"
        confidence = "high"
        languages = "javascript, typescript"
        behaviour = "shell"
        description = "JavaScript code names a shell as the program to start, or starts one with a command."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1059/004/, https://attack.mitre.org/techniques/T1059/003/"
    strings:
        $started = /\brequire\('(node:)?child_process'\)\.(exec|spawn|fork)\w{0,8}\(\s*['"`](\/bin\/|\/usr\/bin\/env )?((ba|z|da)?sh|cmd(\.exe)?|powershell(\.exe)?|pwsh)\b/
        $option = /\bshell:\s*['"`](\/bin\/(ba|z|da)?sh|cmd\.exe|powershell(\.exe)?)['"`]/
    condition:
        any of them
}
