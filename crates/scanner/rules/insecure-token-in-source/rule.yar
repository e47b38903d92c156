rule insecure_token_in_source {
    meta:
        title = "Source holds a token of a service"
        severity = "low"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript, shell, powershell, json, toml, ini, ruby"
        description = "A text has the form of a key or token that a service hands out."
        recommendation = "Revoke the token, and read it from the environment or a secret store."
        references = "https://cwe.mitre.org/data/definitions/798.html"
    strings:
        $cloud = /\b(AKIA|ASIA)[A-Z2-7]{16}\b/
        $code_host = /\b(ghp|gho|ghs|ghu)_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{40}|\bglpat-[A-Za-z0-9_-]{20}\b/
        $registry = /\bnpm_[A-Za-z0-9]{36}\b|\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{40}/
        $payment = /\b[sr]k_live_[A-Za-z0-9]{24}/
        $messenger = /\bxox[bpas]-[0-9]{10,12}-[0-9A-Za-z-]{20}/
        $other = /\bAIza[A-Za-z0-9_-]{35}\b|\bhf_[A-Za-z]{34}\b|\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b/
    condition:
        any of them
}
