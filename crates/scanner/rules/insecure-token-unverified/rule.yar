rule insecure_token_unverified {
    meta:
        title = "A signed token is read without checking its signature"
        severity = "low"
        confidence = "high"
        languages = "python, notebook, javascript, typescript"
        description = "Anybody can write a token that is accepted."
        recommendation = "Check the signature, with a fixed list of algorithms."
        references = "https://cwe.mitre.org/data/definitions/347.html"
    strings:
        $python = /\bjwt\.decode\([^\n]{0,200}(\bverify\s*=\s*False\b|['"]verify_signature['"]\s*:\s*False\b|\balgorithms\s*=\s*\[\s*['"]none['"])/i
        $javascript = /\bjwt\.(verify|sign)\([^\n]{0,200}\balgorithms?:\s*\[?\s*['"`]none['"`]/i
    condition:
        any of them
}
