rule python_dependency_from_address {
    meta:
        title = "A Python dependency does not come from an index"
        severity = "low"
        confidence = "medium"
        languages = "python, ini, toml, other"
        description = "A requirement is an address of an archive or a repository, or pages beside the index are searched: what they serve can change, and nobody else sees it."
        recommendation = "Pin it to a commit or digest, or depend on a package of an index."
        references = "https://cwe.mitre.org/data/definitions/494.html, https://cwe.mitre.org/data/definitions/1357.html, https://attack.mitre.org/techniques/T1195/001/"
    strings:
        $requirement = /['"\n][ \t]*[A-Za-z0-9][\w.\[\],-]{0,60}\s*@\s*((git|hg|svn)\+)?(https|ssh|file):\/\/[^\s'"]{3}/
        $links = /\b(dependency_links|find_links|find-links)\s*=\s*\[?\s*['"]?\s*(git\+)?https:\/\//
        $metadata = /\nRequires-Dist:[^\n]{1,80}@\s*((git|hg)\+)?(https|ssh):\/\//
    condition:
        file_name matches /^(setup\.(py|cfg)|pyproject\.toml|METADATA|PKG-INFO)$/ and any of them
}
