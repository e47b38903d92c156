rule python_program_file {
    meta:
        title = "Python writes a file that can run"
        severity = "info"
        confidence = "medium"
        languages = "python"
        behaviour = "drop"
        description = "Python code writes a program or script, or marks a file as executable. Alone it is information."
        recommendation = "Nothing to do for this alone."
        references = "https://attack.mitre.org/techniques/T1105/"
    strings:
        $program = /\bopen\s*\([^\n]{0,120}\.(exe|dll|bat|cmd|vbs|ps1|scr|pyw|jar|elf|hta|sh|msi|pif|app)[\'"][^\n]{0,40},\s*(mode\s*=\s*)?[\'"][wax]\+?b?[\'"]/
        $python = /\bopen\s*\([^\n]{0,120}\.py[\'"][^\n]{0,20},\s*(mode\s*=\s*)?[\'"][wax]\+?b?[\'"]/
        $fetched = /\.write(_bytes|_text)?\s*\([^\n]{0,60}(requests\.|urlopen|\.content\b|b64decode|fromhex|decompress|\.decrypt)/
        $saved = /\burlretrieve\s*\(/
        $temporary = /\bNamedTemporaryFile\s*\([^\n]{0,80}suffix\s*=\s*[\'"]\.(exe|py|pyw|bat|cmd|ps1|vbs|sh)\b/
        $marked = /\bos\.chmod\s*\([^\n]{1,80}(0o?[1-7]?7[0-7][0-7]|stat\.S_I[RWX]{1,3}(XUSR|USR|EXEC)|S_IEXEC|S_IXUSR)/
        $marked_shell = /\bchmod\s{1,3}(\+x|[0-7]?7[0-7][0-7])\b/
    condition:
        any of them
}
