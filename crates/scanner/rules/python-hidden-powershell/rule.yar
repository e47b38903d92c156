rule python_hidden_powershell {
    meta:
        title = "PowerShell is started out of sight"
        severity = "medium"
        confidence = "high"
        languages = "python"
        behaviour = "obfuscate, shell"
        description = "Python code starts PowerShell with a hidden window, so that the user of the machine does not see what it does."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1564/003/, https://attack.mitre.org/techniques/T1059/001/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $window = /\b(powershell|pwsh)\b[^\n]{0,120}-(w|win|WindowStyle)[a-z]{0,10}[\s\'",]{1,6}(hidden|h|1)\b/i
        $started = /\bStart-Process\b[^\n]{0,120}-(w|win|WindowStyle)[a-z]{0,10}[\s\'",]{1,6}hidden\b/
    condition:
        any of them
}
