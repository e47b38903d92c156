rule python_install_command {
    meta:
        title = "The installation runs a command"
        severity = "low"
        confidence = "medium"
        languages = "python"
        behaviour = "execute, shell"
        description = "A command class of setup.py replaces a step of the installation and starts a program there, or runs a shell command while the package is installed."
        recommendation = "Read what is started. Build the package in a sandbox if it is needed."
        references = "https://attack.mitre.org/techniques/T1195/002/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $system = /\bos\.(system|popen|startfile)\s*\(/
        $shell = /\bsubprocess\.(Popen|run|call|check_call|check_output|getoutput)\s*\([^\n]{1,300}shell\s*=\s*True/
        $output = /\bsubprocess\.(getoutput|getstatusoutput)\s*\(/
        $variable = /\bsubprocess\.Popen\s*\(\s*[A-Za-z_]\w{0,40}\s*[,)]/
        $script = /\bsubprocess\.(Popen|run|call|check_call|check_output)\s*\(\s*\[?\s*[\'"]\.\//
        $interpreter = /\bsubprocess\.(run|call|check_call|check_output)\s*\(\s*[\[(]\s*(sys\.executable|[\'"](python[\d.w]{0,4}|bash|sh|cmd|cmd\.exe|powershell|\/bin\/\w{2,4}|\.\/)[^\n]{0,40}\.?)/
    condition:
        file_name matches /^(setup|sitecustomize|usercustomize)\.py$/i and any of them
}
