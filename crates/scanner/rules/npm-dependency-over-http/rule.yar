rule npm_dependency_over_http {
    meta:
        title = "An npm dependency comes from an address without encryption"
        severity = "medium"
        confidence = "high"
        languages = "json"
        description = "A dependency is a URL with http or git without encryption, so whoever stands between decides what is installed, and a registry never sees it."
        recommendation = "Ask the author to depend on a package of a registry, with a version and a digest."
        references = "https://cwe.mitre.org/data/definitions/319.html, https://cwe.mitre.org/data/definitions/494.html, https://attack.mitre.org/techniques/T1195/001/"
    strings:
        $http = /"(d|devD|peerD|optionalD)ependencies"\s*:\s*\{[^{}]{0,1500}"\s*:\s*"(http|git\+http|git):\/\/[^"\n]{3,200}"/
    condition:
        file_name == "package.json" and any of them
}
