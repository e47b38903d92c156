rule python_spelled_text {
    meta:
        title = "Python spells out text that could be written"
        severity = "info"
        confidence = "medium"
        languages = "python"
        behaviour = "obfuscate"
        description = "Python code builds text from character numbers, by exclusive or, by reversal or from runs of escapes, so that nobody and no search can read it. Alone it is information."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1027/"
    strings:
        $numbers = /\bmap\s*\(\s*(chr|lambda\b[^\n]{0,40}chr\s*\([^\n]{0,40}|getattr\s*\([^\n]{0,120}|\w{1,60}),\s*[\[(]\s*(0x[0-9a-fA-F]{1,4}|\d{1,4})\s*,\s*(0x[0-9a-fA-F]{1,4}|\d{1,4})\s*,\s*(0x[0-9a-fA-F]{1,4}|\d{1,4})\s*,/
        $comprehension = /\bchr\s*\([^\n]{1,80}\)\s*for\s[^\n]{1,40}\bin\s*[\[(]\s*(0x[0-9a-fA-F]{1,4}|\d{1,6})\s*,\s*(0x[0-9a-fA-F]{1,4}|\d{1,6})\s*,/
        $bytes = /\bbytes\s*\(\s*\[\s*(\d{1,3}\s*,\s*){12}/
        $xor = /\bchr\s*\(\s*(ord\s*\(\s*)?[\w\[\]%() .]{1,60}\s*\^/
        $xor_bytes = /\bbytes(array)?\s*\(\s*[\[(]?\s*\w{1,40}\s*\^\s*\w/
        $xor_each = /\^[^\n]{1,80}\sfor\s[^\n]{1,40}\sin\s+zip\s*\(/
        $shifted = /\bchr\s*\(\s*\(*\s*ord\s*\(\s*\w{1,40}\s*\)\s*[-+*\/]\s*\w/
        $hexes = /(\\x(2[0-9a-fA-F]|[3-7][0-9a-fA-F])){8}/
        $octals = /(\\(0[4-7]|1[0-7])[0-7]){8}/
        $sum = /\bchr\s*\([^()\n]{1,40}\)\s*\+\s*chr\s*\([^()\n]{1,40}\)\s*\+\s*chr\s*\([^()\n]{1,40}\)\s*\+/
    condition:
        any of them
}
