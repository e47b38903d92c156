rule python_decrypted_execution {
    meta:
        title = "Python runs what it decrypts"
        severity = "critical"
        confidence = "high"
        behaviour = "decode, execute"
        description = "Python code hands the result of a decryption, decompression or decoding straight to the interpreter, so that only the key and the cipher can be read."
        recommendation = "Do not install the package. Decrypt the data on an isolated machine to see what it does, and report the package."
        references = "https://attack.mitre.org/techniques/T1027/013/, https://attack.mitre.org/techniques/T1140/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $decrypted = /\b(exec|eval|compile)\s*\(\s*(compile\s*\(\s*)?[^\n]{0,400}\.decrypt\w{0,12}\s*\(/
        $named = /\b(exec|eval)\s*\(\s*(compile\s*\(\s*)?[^\n]{0,60}\b\w{0,20}(decrypt|decode|deobf|decipher|unpack|inflate)\w{0,20}\s*\(\s*[bruf]{0,2}[\'"]/
        $loads = /\b(exec|eval)\s*\(\s*[^\n]{0,80}\b\w{1,40}\.(loads|decompress|b64decode|b85decode|a85decode)\s*\(/
        $loader_named = /\b__import__\s*\(\s*[\'"](zlib|base64|marshal|lzma|bz2|codecs|binascii|cryptography[\w.]{0,30})[\'"]\s*\)[^\n]{0,300}\b(exec|eval)\s*\(/
        $exec_import = /\b(exec|eval)\s*\(\s*[^\n]{0,60}__import__\s*\(\s*[\'"](zlib|base64|marshal|lzma|bz2|codecs|binascii|requests|urllib[\w.]{0,10})[\'"]/
    condition:
        any of them
}
