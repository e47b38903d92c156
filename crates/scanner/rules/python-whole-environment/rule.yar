rule python_whole_environment {
    meta:
        title = "Python reads the whole environment"
        severity = "info"
        confidence = "high"
        languages = "python"
        behaviour = "environment"
        description = "Python code takes all environment variables at once, or looks for those that hold secrets. Alone it is information."
        recommendation = "Nothing to do for this alone."
        references = "https://attack.mitre.org/techniques/T1552/001/"
    strings:
        $all = /\b(dict|str|repr|dumps|urlencode|list|format|quote|b64encode)\s*\(\s*(dict\s*\(\s*)?os\.environ(\.copy\s*\(\s*\)|\.items\s*\(\s*\))?\s*[,)]/
        $formatted = /\{\s*os\.environ\s*\}/
        $valued = /[\'"]\s*:\s*(dict\s*\(\s*)?os\.environ\s*[,)}]/
        $added = /[+%]\s*(str\s*\(\s*)?os\.environ\s*[,)\n]/
        $loop = /\bfor\s[^\n]{1,40}\bin\s+(dict\s*\(\s*)?os\.environ(\.items\s*\(\s*\)|\.keys\s*\(\s*\))?\s*[\]:)]/
        $assigned = /=\s*os\.environ\s*[\n;]/
        $command = /(os\.(system|popen|startfile|exec[lv][pe]{0,2}|spawn[lv][pe]{0,2}|posix_spawnp?)|subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)|create_subprocess_(shell|exec)|pty\.spawn)\s*\(\s*\[?\s*[\'"](env|printenv|set|cmd \/c set)\b/
        $proc = /\/proc\/self\/environ/
    condition:
        any of them
}
