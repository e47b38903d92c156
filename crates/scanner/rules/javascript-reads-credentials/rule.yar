rule javascript_reads_credentials {
    meta:
        title = "JavaScript reads keys, tokens or wallets"
        severity = "info"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "credentials"
        description = "JavaScript code names a file or address where keys, tokens, passwords or wallets are kept, and reads it."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1552/001/, https://attack.mitre.org/techniques/T1555/003/, https://attack.mitre.org/techniques/T1552/005/"
    strings:
        $file = /\b(readFile|createReadStream|copyFile|readdir|existsSync|access|join|resolve)(Sync)?\(\s*[^\n]{0,140}(\.ssh['"`\/\\]|\bid_(rsa|ed25519|ecdsa)\b|\.aws['"`\/\\]+,?\s*['"`]?credentials|\.pypirc|\.netrc|\.git-credentials|\.docker\/config\.json|\.kube\/config|Login Data|Local Storage[\\\/]+leveldb|wallet\.dat|application_default_credentials|\/etc\/shadow|\.config\/gcloud)/
        $registry_token = /\breadFile(Sync)?\(\s*[^\n]{0,100}\.npmrc\b/
        $token_pattern = /(_authToken\s*=\s*\(|\(\s*ghp_|\bghp_\[A-Za-z0-9|\bgho_\[A-Za-z0-9|npm_\[A-Za-z0-9|AKIA\[A-Z0-9|AKIA\[0-9A-Z)/
        $browser = /(User Data[\\\/]{1,4}Default|\\Google\\{1,2}Chrome\\{1,2}User Data|BraveSoftware|\/\.mozilla\/firefox|Google\/Chrome\/Default|Opera Software|nkbihfbeogaeaoehlefnkodbefgpgknn)/
        $wallet = /(Exodus[\\\/]+exodus\.wallet|\.electrum[\\\/]|Electrum[\\\/]+wallets|atomic[\\\/]+Local Storage|\.config\/solana\/id\.json|Ethereum[\\\/]+keystore)/
        $metadata = /169\.254\.169\.254[^\n]{0,40}\/(latest|metadata|computeMetadata)|metadata\.google\.internal\/computeMetadata|169\.254\.170\.2/
        $command = /\b(gh auth token|gcloud auth print-access-token|security find-generic-password|npm token (list|create))\b/
    condition:
        any of them
}
