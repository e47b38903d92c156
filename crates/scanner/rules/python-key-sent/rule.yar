rule python_key_sent {
    meta:
        title = "Key material is sent to a fixed address"
        severity = "high"
        confidence = "medium"
        languages = "python"
        behaviour = "credentials, exfiltrate"
        description = "A private key, recovery phrase, secret or password goes to an address that is written in the code."
        recommendation = "Do not install the package. If it ran, move what the keys protect and replace them."
        references = "https://attack.mitre.org/techniques/T1041/, https://attack.mitre.org/techniques/T1657/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $sent = /\b(requests|httpx|session|self\.session)\.(post|put|get)\s*\(\s*(url\s*=\s*)?[bruf]{0,2}[\'"]https?:\/\/[^\n]{0,240}\b\w{0,20}(private_?key|mnemonic|seed_?phrase|secret_?key|access_?key_?secret|keypair|wallet_key|passphrase|privkey|secretKey)\w{0,12}\b/
        $sent_encoded = /\b(requests|httpx)\.(post|put|get)\s*\(\s*(url\s*=\s*)?[^\n]{0,40}(b64decode|fromhex)[^\n]{0,400}(data|json|params)\s*=/
        $collected = /[\'"](ak|sk|secret|private_?key|mnemonic|access_key|seed|pk)[\'"]\s*:\s*[^\n]{1,60}(private_?key|secret|mnemonic|access_?key|seed)\w{0,20}.{0,200}requests\.(post|get)\s*\(\s*(url\s*=\s*)?[bruf]{0,2}[\'"]https?:/s
    condition:
        any of them
}
