rule shell_download_pipe {
    meta:
        title = "A script pipes a download into a shell"
        severity = "low"
        confidence = "medium"
        languages = "shell, other"
        behaviour = "download, shell"
        description = "A shell script, Dockerfile or Makefile hands what a server sends straight to a shell. Build and installation scripts of honest projects do so too; nobody can tell later what ran."
        recommendation = "Read what the script is for. Prefer a download whose digest is checked."
        references = "https://cwe.mitre.org/data/definitions/494.html"
    strings:
        $piped = /\b(curl|wget)\b[^\n|]{0,160}https?:\/\/[^\n|]{0,200}\|\s*(sudo\s+)?(-\w{1,3}\s+)?(ba|z|da)?sh\b/
        $substituted = /\b(ba|z|da)?sh\s+(-c\s+)?(<\(|['\"]?\$\()\s*(curl|wget)\b[^\n)]{0,200}https?:\/\//
    condition:
        (file_name matches /(\.(sh|bash|zsh)|^Dockerfile.*|^Makefile)$/i or uint16be(0) == 0x2321) and any of them
}
