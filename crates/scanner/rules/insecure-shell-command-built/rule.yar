rule insecure_shell_command_built {
    meta:
        title = "A command for a shell is put together from values"
        severity = "low"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "A text with values in it is handed to a shell, which reads blanks, quotes and semicolons of a value as its own."
        recommendation = "Pass a list of arguments without a shell, or quote every value."
        references = "https://cwe.mitre.org/data/definitions/78.html"
    strings:
        $python = /\bsubprocess\.(Popen|run|call|check_call|check_output)\(\s*(f['"][^'"\n]{0,200}\{|['"][^'"\n]{0,200}['"]\s*(%|\+|\.format\())[^\n]{0,200}\bshell\s*=\s*True/
        $system = /\bos\.(system|popen)\(\s*(f['"][^'"\n]{0,200}\{|['"][^'"\n]{0,200}['"]\s*(%|\+|\.format\())/
        $javascript = /\brequire\('(node:)?child_process'\)\.(exec|execSync)\(\s*(`[^`\n]{0,200}\$\{|['"][^'"\n]{0,200}['"]\s*\+)/
    condition:
        any of them
}
