rule python_padded_code {
    meta:
        title = "Code is pushed out of sight"
        severity = "high"
        confidence = "high"
        languages = "python"
        behaviour = "obfuscate"
        description = "A line of Python goes on far to the right behind blanks, where an editor does not show it."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1027/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $padded = /;[ \t]{120}[ \t]{0,3880}[^\s#]/
        $padded_text = /[\'")\w][ \t]{200,4000};\s{0,40}[A-Za-z_]/
    condition:
        any of them
}
