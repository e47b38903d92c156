rule package_published_by_code {
    meta:
        title = "Code publishes packages with tokens that it finds"
        severity = "high"
        confidence = "medium"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "propagate"
        description = "Code looks for registry tokens or the packages of a user, and publishes. Release tools are started by people and publish the project they stand in."
        recommendation = "Do not install the package, and report it to its registry. If it ran anywhere, treat that machine as known to others."
        references = "https://attack.mitre.org/techniques/T1195/002/, https://attack.mitre.org/techniques/T1080/"
    strings:
        $token_then_publish = /(_authToken|NPM_TOKEN|\.npmrc|npm whoami|-\/whoami|maintainer:|\.pypirc|TWINE_PASSWORD).{0,1200}(\bnpm\s+publish\b|['"`]npm['"`],\s*\[\s*['"`]publish['"`]|\btwine\s+upload\b|['"`]twine['"`],\s*['"`]upload['"`])[^\n]{0,80}/s private
        $many = /\bfor\s*\(\s*(const|let|var)\s[^\n]{0,80}\sof\s.{0,500}(\bnpm\s+publish\b|['"`]npm['"`],\s*\[\s*['"`]publish['"`])/s private
        $search = /\/-\/v1\/search\?text=maintainer:/ private
        $publish = /(\bnpm\s+publish\b|['"`]npm['"`],\s*\[\s*['"`]publish['"`]|\btwine\s+upload\b|['"`]twine['"`],\s*['"`]upload['"`])/
        $token = /(_authToken\s*=|-\/whoami|npm whoami|maintainer:)/ private
    condition:
        $publish and (($token_then_publish and $token) or ($many and $token) or $search)
}
