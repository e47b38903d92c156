rule javascript_writes_a_program {
    meta:
        title = "JavaScript writes a file that can run"
        severity = "info"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "drop"
        description = "JavaScript code makes a file executable, or writes one with the name of a program or into a temporary folder."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1105/, https://attack.mitre.org/techniques/T1222/"
    strings:
        $mode = /\bchmod(Sync)?\(\s*([^\n]{0,60}(tmpdir\(|homedir\(|\/tmp\/|process\.env\.)[^\n]{0,60}|['"`][^'"`\n]{1,60}['"`]),\s*(0o?7[0-7]{2}|['"`]0?7[0-7]{2}['"`]|493|511)\s*[,)]/
        $command = /['"`]chmod (\+x|a\+x|7[0-7]{2})\s/
        $named = /\b(writeFile|createWriteStream|copyFile|rename)(Sync)?\(\s*[^\n]{0,100}\.(exe|dll|scr|bat|cmd|vbs|ps1|msi|hta)['"`]/
        $temporary = /\b(writeFile|createWriteStream)(Sync)?\(\s*[^\n]{0,40}(tmpdir\(|['"`]\/tmp\/|process\.env\.(TEMP|TMP|APPDATA|LOCALAPPDATA)\b)/
    condition:
        any of them
}
