rule ssh_key_authorised {
    meta:
        title = "A key is added to those that may log in"
        severity = "high"
        confidence = "medium"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "persist"
        description = "Code appends to authorized_keys, which lets the owner of the key log in as this user."
        recommendation = "Do not install the package, and report it to its registry. If it ran anywhere, treat that machine as known to others."
        references = "https://attack.mitre.org/techniques/T1098/004/"
    strings:
        $shell = /(>>|\btee\s+-a)\s*['"]?[\w.~\/${}"-]{0,60}\.ssh\/authorized_keys/
        $javascript = /\b(appendFile|writeFile|createWriteStream)(Sync)?\(\s*[^\n]{0,120}authorized_keys/
        $python = /\bopen\(\s*[^\n]{0,120}authorized_keys[^\n]{0,40},\s*['"][aw]/
    condition:
        any of them
}
