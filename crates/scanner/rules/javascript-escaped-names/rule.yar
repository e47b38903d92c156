rule javascript_escaped_names {
    meta:
        title = "JavaScript spells readable text in escapes"
        severity = "info"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "obfuscate"
        description = "A string of JavaScript writes letters as numbers, which nobody has to do for text that could be typed."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1027/"
    strings:
        $hexadecimal = /['"`](\\x[2-7][0-9a-fA-F]){6}/
        $unicode = /['"`](\\u00[2-7][0-9a-fA-F]){4}/
        $codes = /\bfromCharCode\(\s*(\d{2,3}\s*,\s*){8}/
    condition:
        any of them
}
