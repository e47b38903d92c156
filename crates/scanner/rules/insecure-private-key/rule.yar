rule insecure_private_key {
    meta:
        title = "A package holds a private key"
        severity = "low"
        confidence = "high"
        description = "A private key stands in a file, where everybody who has the package can read it. Keys of tests are meant to."
        recommendation = "Replace the key everywhere it is used, and keep it out of the package."
        references = "https://cwe.mitre.org/data/definitions/321.html, https://cwe.mitre.org/data/definitions/798.html"
    strings:
        $key = /-----BEGIN (RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----[\s\\nr'"+,]{1,12}[A-Za-z0-9+\/]{16}/
    condition:
        any of them
}
