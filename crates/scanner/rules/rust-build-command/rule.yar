rule rust_build_command {
    meta:
        title = "Rust code starts a shell or a downloader"
        severity = "low"
        confidence = "medium"
        behaviour = "download, shell"
        description = "Rust code starts a shell, PowerShell or a program that fetches, or runs a program next to a request. A build script that does so runs it wherever the crate is built."
        recommendation = "Read what the lines start. Build the crate only if its author can say what they are for."
        references = "https://attack.mitre.org/techniques/T1059/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $program = /\bCommand\s*::\s*new\s*\(\s*"([^"\n]{0,60}\/)?(sh|bash|zsh|dash|cmd|powershell|pwsh|curl|wget|python3?|node|nc)(\.exe)?"/
        $fetched = /\b(reqwest|ureq|minreq|attohttpc|TcpStream)\s*::.{0,600}\bCommand\s*::\s*new\s*\(/s
    condition:
        language == "rust" and any of them
}
