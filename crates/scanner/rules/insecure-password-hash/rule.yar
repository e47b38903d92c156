rule insecure_password_hash {
    meta:
        title = "A password is hashed with a fast or broken function"
        severity = "low"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "MD5 and SHA-1 of a password can be tried by the billion a second."
        recommendation = "Use a function made for passwords: argon2, scrypt or bcrypt."
        references = "https://cwe.mitre.org/data/definitions/916.html, https://cwe.mitre.org/data/definitions/327.html"
    strings:
        $python = /\bhashlib\.(md5|sha1|sha256)\(\s*\(?[^\n)]{0,30}(password|passwd|pwd)\w{0,12}\b/i
        $javascript = /\bcreateHash\(\s*['"`](md5|sha1|sha256)['"`]\s*\)\s*\.update\(\s*[\w$.]{0,30}(password|passwd|pwd)\b/i
    condition:
        any of them
}
