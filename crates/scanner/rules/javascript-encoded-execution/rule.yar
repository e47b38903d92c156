rule javascript_encoded_execution {
    meta:
        title = "JavaScript runs code that it hides in an encoding"
        severity = "high"
        confidence = "high"
        behaviour = "decode, execute"
        description = "JavaScript code decodes data and evaluates the result, which keeps what runs from being read."
        recommendation = "Do not install the package. Decode the data on an isolated machine to see what it does, and report the package."
        references = "https://attack.mitre.org/techniques/T1027/, https://attack.mitre.org/techniques/T1140/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        // eval(atob(…)), new Function(Buffer.from(…, 'base64').toString())
        $nested = /\b(eval|Function)\s*\(\s*[\w$.\s]{0,20}(atob\s*\(|unescape\s*\(\s*['\"`]|String\.fromCharCode\s*\(\s*\d|Buffer\.from\s*\(\s*(['\"`]|[\w$.]{1,60}\s*,\s*['\"`](base64|hex)))/
        // code = Buffer.from(…, 'base64'), then eval(code)
        $decoded_then_run = /(\batob\s*\(|Buffer\.from\s*\([^\n]{1,120}['\"`](base64|hex)['\"`]\s*\)).{0,220}[\s;{](eval|new\s+Function)\s*\(\s*[A-Za-z_$][\w$.]{0,40}\s*[,)]/s
    condition:
        any of them
}
