rule insecure_host_key_unchecked {
    meta:
        title = "The key of an SSH host is not checked"
        severity = "low"
        confidence = "high"
        languages = "python, notebook, javascript, typescript, shell"
        description = "A connection by SSH accepts whoever answers."
        recommendation = "Keep a file of known hosts."
        references = "https://cwe.mitre.org/data/definitions/295.html, https://cwe.mitre.org/data/definitions/322.html"
    strings:
        $paramiko = /\bset_missing_host_key_policy\(\s*(paramiko\.)?([\w.]{0,20}\.)?(AutoAddPolicy|WarningPolicy)\b/
        $asyncssh = /\bconnect\([^\n]{0,160}\bknown_hosts\s*=\s*None\b/
        $option = /\bStrictHostKeyChecking[=\s'",]{1,4}no\b/
        $javascript = /\bhostVerifier:\s*\(\s*\)\s*=>\s*true\b/
    condition:
        any of them
}
