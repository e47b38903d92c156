rule insecure_cookie {
    meta:
        title = "A cookie can be read by scripts or without encryption"
        severity = "low"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "A cookie is set without the flags that keep it from scripts and from connections in the clear."
        recommendation = "Set Secure, HttpOnly and SameSite."
        references = "https://cwe.mitre.org/data/definitions/614.html, https://cwe.mitre.org/data/definitions/1004.html"
    strings:
        $python = /\bset_cookie\([^\n]{0,200}\b(secure|httponly)\s*=\s*False\b/
        $settings = /\b(SESSION|CSRF)_COOKIE_(SECURE|HTTPONLY)['"\]]{0,2}\s*=\s*False\b/
        $javascript = /\b(res|response|reply|ctx\.cookies)\.(cookie|setCookie|set)\([^\n]{0,200}\b(secure|httpOnly):\s*(false|!1)\b/
        $session = /\bcookie:\s*\{[^}\n]{0,160}\b(secure|httpOnly):\s*(false|!1)\b/
    condition:
        any of them
}
