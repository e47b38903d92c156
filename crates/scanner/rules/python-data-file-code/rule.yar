rule python_data_file_code {
    meta:
        title = "Code is read from a file that is no code"
        severity = "medium"
        confidence = "medium"
        languages = "python"
        behaviour = "decode, execute"
        description = "Python code runs what it reads from a picture, a certificate, an archive or another file that does not look like code."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1027/003/, https://attack.mitre.org/techniques/T1036/008/"
    strings:
        $read = /\b(exec|eval)\s*\(\s*[^\n]{0,80}open\s*\(\s*[^\n]{0,80}\.(txt|crt|pem|key|jpg|jpeg|png|gif|ico|dat|bin|db|log|json|typed|zip|css|svg|woff2?|ttf|mp3|wav|pdf)[\'"]/
        $zip = /\bzipimport\.zipimporter\s*\(\s*[^\n]{0,80}\.(zip|dat|bin|png|jpg|txt)[\'"]/
        $picture = /\bImage\.open\s*\([^\n]{1,80}\)\s*\.info\b[^\n]{0,80}\]?.{0,300}(b64decode|exec|eval)\s*\(/s
    condition:
        any of them
}
