rule python_install_hiding {
    meta:
        title = "The installation decodes or hides something"
        severity = "low"
        confidence = "medium"
        languages = "python"
        behaviour = "decode"
        description = "setup.py decodes data, or is written so that it cannot be read. What a build needs can be written as it is."
        recommendation = "Do not install the package from source unless its author can say what the data is."
        references = "https://attack.mitre.org/techniques/T1195/002/, https://attack.mitre.org/techniques/T1027/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $base = /\b(b64decode|b32decode|b16decode|b85decode|a85decode|unhexlify|a2b_hex|a2b_base64)\s*\(/
        $packed = /\b(zlib|lzma|bz2|gzip)\.decompress\s*\(/
        $hex = /\bbytes\.fromhex\s*\(/
        $hex_array = /\bbytearray\.fromhex\s*\(/
        $marshal = /\bmarshal\.loads\s*\(/
        $decrypt = /\.decrypt(_and_verify)?\s*\(/
        $numbers_text = /\bmap\s*\(\s*(chr|lambda\b[^\n]{0,40}chr\s*\([^\n]{0,40}|getattr\s*\([^\n]{0,120}|\w{1,60}),\s*[\[(]\s*(0x[0-9a-fA-F]{1,4}|\d{1,4})\s*,\s*(0x[0-9a-fA-F]{1,4}|\d{1,4})\s*,\s*(0x[0-9a-fA-F]{1,4}|\d{1,4})\s*,/
        $comprehension_text = /\bchr\s*\([^\n]{1,80}\)\s*for\s[^\n]{1,40}\bin\s*[\[(]\s*(0x[0-9a-fA-F]{1,4}|\d{1,6})\s*,\s*(0x[0-9a-fA-F]{1,4}|\d{1,6})\s*,/
        $bytes_text = /\bbytes\s*\(\s*\[\s*(\d{1,3}\s*,\s*){12}/
        $xor_text = /\bchr\s*\(\s*(ord\s*\(\s*)?[\w\[\]%() .]{1,60}\s*\^/
        $xor_bytes_text = /\bbytes(array)?\s*\(\s*[\[(]?\s*\w{1,40}\s*\^\s*\w/
        $xor_each_text = /\^[^\n]{1,80}\sfor\s[^\n]{1,40}\sin\s+zip\s*\(/
        $shifted_text = /\bchr\s*\(\s*\(*\s*ord\s*\(\s*\w{1,40}\s*\)\s*[-+*\/]\s*\w/
        $sum_text = /\bchr\s*\([^()\n]{1,40}\)\s*\+\s*chr\s*\([^()\n]{1,40}\)\s*\+\s*chr\s*\([^()\n]{1,40}\)\s*\+/
        $letters_name = /\b(class|def)\s+[A-Za-z]{60}/
        $il_name = /\b[IlO01]{0,4}(IlI|lIl|IIl|llI|O0O|0O0)[IlO01]{7}/
        $hexes_name = /\b_0x[0-9a-f]{4,10}\b/
    condition:
        file_name matches /^(setup|sitecustomize|usercustomize)\.py$/i and any of them
}
