rule npm_dependency_from_address {
    meta:
        title = "An npm dependency does not come from a registry"
        severity = "low"
        confidence = "high"
        languages = "json"
        description = "A dependency is an address of an archive or a repository: nobody but its owner decides what is installed, and what it serves can change."
        recommendation = "Pin it to a commit, or depend on a package of a registry."
        references = "https://cwe.mitre.org/data/definitions/494.html, https://cwe.mitre.org/data/definitions/1357.html, https://attack.mitre.org/techniques/T1195/001/"
    strings:
        $address = /"(d|peerD|optionalD)ependencies"\s*:\s*\{[^{}]{0,1500}"\s*:\s*"((https|git\+https|git\+ssh|ssh):\/\/|(github|gitlab|bitbucket|gist):)[^"\n]{3,200}"/
    condition:
        file_name == "package.json" and any of them
}
