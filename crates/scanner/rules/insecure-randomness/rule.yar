rule insecure_randomness {
    meta:
        title = "A secret is made from numbers that can be foretold"
        severity = "low"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "Tokens, passwords or keys come from a generator that is made for games and statistics."
        recommendation = "Use the module secrets, or crypto.randomBytes."
        references = "https://cwe.mitre.org/data/definitions/330.html, https://cwe.mitre.org/data/definitions/338.html"
    strings:
        $python = /\b(token|password|passwd|secret|api_?key|otp|nonce|session_?id|salt|csrf)\w{0,12}\s*=\s*[^\n]{0,60}\brandom\.(choices?|randint|random|sample|randrange|getrandbits)\(/i
        $javascript = /\b(token|password|secret|api_?key|otp|nonce|session_?id|csrf)\w{0,12}\s*[=:]\s*[^\n;]{0,60}\bMath\.random\(/i
    condition:
        any of them
}
