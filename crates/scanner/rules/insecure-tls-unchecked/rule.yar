rule insecure_tls_unchecked {
    meta:
        title = "Certificates are not checked"
        severity = "low"
        confidence = "high"
        languages = "python, notebook, javascript, typescript, shell"
        description = "A connection is made without checking who answers, so that anybody between can read and change it."
        recommendation = "Leave the check on. Add the certificate of your own authority where one is needed."
        references = "https://cwe.mitre.org/data/definitions/295.html"
    strings:
        $verify = /\b(requests|httpx|session|client)\.(get|post|put|delete|head|patch|request|Client|AsyncClient|Session)\([^\n]{0,200}\bverify\s*=\s*False\b/i
        $context = /\bssl\._create_unverified_context\b/
        $none = /\b(verify_mode|cert_reqs)\s*=\s*['"]?(ssl\.)?CERT_NONE\b/
        $host = /\bcheck_hostname\s*=\s*False\b/
        $connector = /\b(TCPConnector|ClientSession)\([^\n]{0,80}\b(ssl|verify_ssl)\s*=\s*False\b/
        $javascript = /\brejectUnauthorized['"]?\s*[:=]\s*(false|!1)\b/
        $variable = /\bNODE_TLS_REJECT_UNAUTHORIZED['"\]]{0,2}\s*=\s*['"]?0/
        $command = /\bcurl\s+([^\n|;]{0,60}\s)?(-k|--insecure)\s/
    condition:
        any of them
}
