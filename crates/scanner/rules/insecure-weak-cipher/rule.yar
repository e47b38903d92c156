rule insecure_weak_cipher {
    meta:
        title = "A broken cipher or mode is used"
        severity = "low"
        confidence = "high"
        languages = "python, notebook, javascript, typescript"
        description = "DES, RC4 and the like can be broken, and the ECB mode shows which blocks are the same."
        recommendation = "Use an authenticated mode, such as AES-GCM or ChaCha20-Poly1305."
        references = "https://cwe.mitre.org/data/definitions/327.html"
    strings:
        $python = /\b(DES|DES3|ARC4|ARC2|Blowfish)\.new\(/
        $mode = /\bAES\.(new\([^\n]{1,80}\bAES\.)?MODE_ECB\b/
        $primitive = /\b(algorithms\.(ARC4|Blowfish|TripleDES|IDEA|CAST5)|modes\.ECB)\(/
        $javascript = /\bcreateCipher(iv)?\(\s*['"`](des|rc4|rc2|bf|blowfish|aes-(128|192|256)-ecb)/i
        $no_vector = /\b(crypto|require\('(node:)?crypto'\))\.create(Cipher|Decipher)\(/
        $library = /\bCryptoJS\.(DES|TripleDES|RC4|Rabbit)\.encrypt\(|\bmode:\s*CryptoJS\.mode\.ECB\b/
    condition:
        any of them
}
