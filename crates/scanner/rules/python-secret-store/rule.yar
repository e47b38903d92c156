rule python_secret_store {
    meta:
        title = "Python opens a store of secrets"
        severity = "info"
        confidence = "medium"
        languages = "python"
        behaviour = "credentials"
        description = "Python code names the files of keys, tokens, wallets or cookies, or the service that hands credentials to a cloud machine. Alone it is information."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1555/003/, https://attack.mitre.org/techniques/T1552/001/, https://attack.mitre.org/techniques/T1552/005/"
    strings:
        $keys = /(\bid_(rsa|ed25519|ecdsa|dsa)[\'"]|\.aws[\'"\/\\]{1,4},?\s*[\'"]?(credentials|config)\b|\.pypirc\b|\.git-credentials|\.kube[\'"\/\\]{1,3},?\s*[\'"]?config\b|\/etc\/shadow\b|\.docker\/config\.json)/
        $browser = /(\\{1,2}|\/|[\'"])(Login Data|Local State|Web Data|Cookies|logins\.json|key[34]\.db|cookies\.sqlite)[\'"]/
        $profile = /(User Data|Opera Stable|Brave-Browser|Yandex|Vivaldi|Mozilla[\\\/]{1,4}Firefox)[^\n]{0,20}(\\\\|\/|[\'"])/
        $leveldb = /Local Storage[\'",\\\/ ]{1,6}leveldb/
        $wallet = /(wallet\.dat|\\{1,2}Exodus|Electrum[\\\/]{1,2}wallets|Ethereum[\\\/]{1,2}keystore|Atomic[\\\/]{1,2}Local Storage|nkbihfbeogaeaoehlefnkodbefgpgknn)/
        $unlocked = /\b(CryptUnprotectData|encrypted_key)\b/
        $metadata = /169\.254\.169\.254/
        $keyring = /\/(var\/run\/secrets|run\/secrets)\//
    condition:
        any of them
}
