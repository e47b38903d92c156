rule insecure_weak_hash {
    meta:
        title = "A broken hash function is used"
        severity = "info"
        confidence = "high"
        languages = "python, notebook, javascript, typescript"
        description = "MD5 and SHA-1 do not keep anybody from making two inputs with one digest. For a cache or a table that does no harm."
        recommendation = "Use SHA-256 where somebody could gain from a collision."
        references = "https://cwe.mitre.org/data/definitions/327.html, https://cwe.mitre.org/data/definitions/328.html"
    strings:
        $python = /\bhashlib\.(md5|sha1|md4)\(/
        $named = /\bhashlib\.new\(\s*['"](md5|sha1|md4)['"]/
        $javascript = /\bcreate(Hash|Hmac)\(\s*['"`](md5|sha1|md4)['"`]/i
    condition:
        any of them
}
