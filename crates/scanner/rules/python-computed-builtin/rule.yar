rule python_computed_builtin {
    meta:
        title = "Python computes the name of a builtin function"
        severity = "high"
        confidence = "high"
        languages = "python"
        behaviour = "obfuscate, execute"
        description = "Python code looks a builtin function up by a name that is computed and not written, which hides what is called."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1027/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $computed = /\bgetattr\s*\(\s*__builtins__\s*,\s*[^\'"\s)\n][^\n]{0,40}[\[(+%]/
        $computed_named = /\bgetattr\s*\(\s*(builtins|__import__\s*\(\s*[\'"]builtins[\'"]\s*\))\s*,\s*[^\'"\s),\n][^\n),]{0,40}[\[+%]/
        $spelled = /\bgetattr\s*\(\s*(__builtins__|builtins)\s*,\s*[bruf]{0,2}[\'"](exec|eval|compile|__import__|\\x|\\[0-7]|\\u)/
        $item = /\b(globals|locals|vars)\s*\(\s*\)\s*\[\s*[^\]\n]{0,60}(chr\s*\(|\\x[0-9a-f]{2}|join\s*\(|\[::-1\]|b64decode|__builtins__)/
        $dictionary = /\b__builtins__(\.__dict__)?\s*\[\s*[^\]\n]{0,60}(chr\s*\(|\\x[0-9a-f]{2}|join\s*\(|\[::-1\]|b64decode|[\'"](exec|eval|compile|__import__)[\'"])/
        $escaped = /(^|[\s;=(,])(exec|eval|__import__|getattr)\s*\([^\n]{0,60}(\\x[0-9a-fA-F]{2}|\\[01][0-7]{2}){4}/
        $assembled = /\b(exec|eval)\s*\(\s*\(?\s*([\'"][^\'"\n]{0,12}[\'"]\s*\+\s*[\'"]|[\'"][^\'"\n]{2,30}[\'"]\s*\)?\s*\[\s*::\s*-1)/
        $indexed = /\b__import__\s*\(\s*\w[\w.]{0,30}\[-?\d{1,3}\]\s*\+/
        $joined = /\b(exec|eval)\s*\(\s*(compile\s*\(\s*)?[bruf]{0,2}[\'"]{2}\s*\.join\s*\(/
        $renamed = /=\s*(exec|eval)\s*(;|,\s*(str|map|tuple|ord|chr|compile)\b)/
    condition:
        any of them
}
