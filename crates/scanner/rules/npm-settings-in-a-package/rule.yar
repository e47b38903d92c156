rule npm_settings_in_a_package {
    meta:
        title = "A package brings settings of npm with it"
        severity = "low"
        confidence = "medium"
        languages = "ini"
        description = "A .npmrc of a package names another registry, turns off the check of certificates, or holds a token."
        recommendation = "Remove the file. A token in it must be revoked."
        references = "https://cwe.mitre.org/data/definitions/427.html, https://cwe.mitre.org/data/definitions/798.html, https://attack.mitre.org/techniques/T1195/001/"
    strings:
        $registry = /registry\s*=\s*['"]?http:\/\//
        $unchecked = /strict-ssl\s*=\s*false/
        $token = /:_(authToken|password|auth)\s*=\s*['"]?[A-Za-z0-9_=+\/-]{16}/
    condition:
        file_name == ".npmrc" and any of them
}
