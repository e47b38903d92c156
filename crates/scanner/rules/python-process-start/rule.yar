rule python_process_start {
    meta:
        title = "Python starts a program"
        severity = "info"
        confidence = "high"
        languages = "python"
        behaviour = "shell"
        description = "Python code starts another program or a shell. Alone it is information."
        recommendation = "Nothing to do for this alone."
        references = "https://attack.mitre.org/techniques/T1059/006/"
    strings:
        $process = /\b(os\.(system|popen|startfile|exec[lv][pe]{0,2}|spawn[lv][pe]{0,2}|posix_spawnp?)|subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)|create_subprocess_(shell|exec)|pty\.spawn)\s*\(/
    condition:
        any of them
}
