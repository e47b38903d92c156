rule javascript_obfuscator_output {
    meta:
        title = "JavaScript is written by an obfuscator"
        severity = "medium"
        confidence = "high"
        languages = "javascript, typescript"
        behaviour = "obfuscate"
        description = "JavaScript code keeps its strings in a shuffled table behind numbered functions, as obfuscators write it. Minifiers make code short; this makes it unreadable."
        recommendation = "Do not install the package, and report it to its registry. If it ran anywhere, treat that machine as known to others."
        references = "https://attack.mitre.org/techniques/T1027/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $table = /\bfunction\s+_0x[0-9a-f]{4,6}\s*\(\s*\)\s*\{\s*(const|var|let)\s+_0x[0-9a-f]{4,8}\s*=\s*\[\s*['"]/
        $table_constant = /\b(var|const|let)\s+_0x[0-9a-f]{4,6}\s*=\s*\[\s*['"][^\n]{1,400}['"]\s*,\s*['"]/
        $shuffled = /while\s*\(\s*!!\[\]\s*\)\s*\{?\s*try\s*\{\s*(const|var|let)\s+_?\w{2,12}\s*=\s*-?parseInt\(/
        $looked_up = /\b_0x[0-9a-f]{4,6}\s*=\s*_0x[0-9a-f]{4,6}\s*-\s*(0x[0-9a-f]{1,4}|\()/
        $arithmetic = /\b_0x[0-9a-f]{4,6}\((-?0x[0-9a-f]{1,4}|['"][^'"\n]{1,8}['"])\s*(,\s*['"][^'"\n]{4}['"])?\)\s*\+\s*_0x[0-9a-f]{4,6}\(/
    condition:
        any of them
}
