rule python_credential_theft {
    meta:
        title = "Python sends credentials away"
        severity = "critical"
        confidence = "high"
        behaviour = "credentials, exfiltrate"
        description = "Python code reads keys, tokens, browser or wallet data, or the whole environment, and sends data to the network within a few lines."
        recommendation = "Do not install the package. If it ran anywhere, rotate every key and token that machine could read."
        references = "https://attack.mitre.org/techniques/T1552/001/, https://attack.mitre.org/techniques/T1555/003/, https://attack.mitre.org/techniques/T1041/"
    strings:
        $file_then_send = /(\.ssh['\"\/\\]|\bid_(rsa|ed25519|ecdsa)\b|\.aws['\"\/\\]+,?\s*['\"]?credentials|\.pypirc|\.npmrc|\.netrc|\.git-credentials|\.docker\/config\.json|\.kube\/config|Login Data|Local Storage[\\\/]+leveldb|wallet\.dat|application_default_credentials|\/etc\/shadow).{0,700}((requests|httpx)\.(post|put)\s*\(|urlopen\s*\([^\n)]{0,160}data\s*=|\.sendall\s*\(|\.request\s*\(\s*['\"](POST|PUT)|\/api\/webhooks\/|\/sendDocument|\/sendMessage|\.storbinary\s*\()/s
        $environment_then_send = /(dict|str|repr|dumps|urlencode)\s*\(\s*(dict\s*\(\s*)?os\.environ(\.copy\s*\(\s*\))?\s*\).{0,400}((requests|httpx)\.(post|put)\s*\(|urlopen\s*\([^\n)]{0,160}data\s*=|\.sendall\s*\(|\.request\s*\(\s*['\"](POST|PUT)|\/api\/webhooks\/|\/sendDocument|\/sendMessage|\.storbinary\s*\()/s
        // requests.post(…, json=dict(os.environ))
        $environment_sent = /((requests|httpx)\.(post|put)\s*\(|urlopen\s*\([^\n)]{0,160}data\s*=|\.sendall\s*\(|\.request\s*\(\s*['\"](POST|PUT)|\/api\/webhooks\/|\/sendDocument|\/sendMessage|\.storbinary\s*\()[^\n]{0,190}(dict|str|repr|dumps|urlencode)\s*\(\s*(dict\s*\(\s*)?os\.environ(\.copy\s*\(\s*\))?\s*\)/
    condition:
        any of them
}
