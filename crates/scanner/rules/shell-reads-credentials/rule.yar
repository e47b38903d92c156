rule shell_reads_credentials {
    meta:
        title = "A script reads keys, tokens or wallets"
        severity = "info"
        confidence = "medium"
        languages = "shell, powershell"
        behaviour = "credentials"
        description = "A shell or PowerShell script reads files or addresses where keys, tokens, passwords or wallets are kept."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1552/001/, https://attack.mitre.org/techniques/T1552/005/"
    strings:
        $file = /\b(cat|cp|tar|zip|base64|find|grep|Get-Content|Copy-Item|scp)\s[^\n]{0,120}(\.ssh\/(id_|\*|['"\s]|$)|\bid_(rsa|ed25519|ecdsa)\b|\.aws\/credentials|\.npmrc\b|\.pypirc\b|\.netrc\b|\.git-credentials|\.docker\/config\.json|\.kube\/config|wallet\.dat|\/etc\/shadow|Login Data|application_default_credentials)/
        $metadata = /169\.254\.169\.254\/(latest|metadata|computeMetadata)|metadata\.google\.internal\/computeMetadata/
        $environment = /\/proc\/(self|\d{1,7}|\*|\$\w{1,10})\/environ\b/
        $command = /\b(gh auth token|gcloud auth print-access-token|security find-generic-password|cmdkey \/list|vaultcmd)\b/
    condition:
        any of them
}
