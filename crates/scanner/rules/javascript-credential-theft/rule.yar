rule javascript_credential_theft {
    meta:
        title = "JavaScript sends credentials away"
        severity = "critical"
        confidence = "high"
        behaviour = "credentials, exfiltrate"
        description = "JavaScript code reads keys, tokens, browser or wallet data, or the whole environment, and sends data to the network within a few lines."
        recommendation = "Do not install the package. If it ran anywhere, rotate every key and token that machine could read."
        references = "https://attack.mitre.org/techniques/T1552/001/, https://attack.mitre.org/techniques/T1555/003/, https://attack.mitre.org/techniques/T1041/"
    strings:
        $file_then_send = /\b(readFile|readFileSync|createReadStream|copyFileSync|homedir)\s*\([^\n]{0,120}(\.ssh['\"\/\\]|\bid_(rsa|ed25519|ecdsa)\b|\.aws['\"\/\\]+,?\s*['\"]?credentials|\.pypirc|\.npmrc|\.netrc|\.git-credentials|\.docker\/config\.json|\.kube\/config|Login Data|Local Storage[\\\/]+leveldb|wallet\.dat|application_default_credentials|\/etc\/shadow).{0,500}(https?(['\"`]\))?\s*\.request\s*\(|fetch\s*\(|axios(\.(post|put))?\s*\(|needle\.post\s*\(|dns\.(lookup|resolve)\w{0,3}\s*\()/s
        $environment_then_send = /JSON\.stringify\s*\(\s*(process\.env|\{\s*\.\.\.process\.env)\s*[,})].{0,300}(https?(['\"`]\))?\s*\.request\s*\(|fetch\s*\(|axios(\.(post|put))?\s*\(|needle\.post\s*\(|dns\.(lookup|resolve)\w{0,3}\s*\()/s
        // https.request(…).write(JSON.stringify(process.env))
        $environment_sent = /(https?(['\"`]\))?\s*\.request\s*\(|fetch\s*\(|axios(\.(post|put))?\s*\(|needle\.post\s*\(|dns\.(lookup|resolve)\w{0,3}\s*\().{0,300}JSON\.stringify\s*\(\s*(process\.env|\{\s*\.\.\.process\.env)\s*[,})]/s
    condition:
        any of them
}
