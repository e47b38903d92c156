rule python_dependency_over_http {
    meta:
        title = "A Python dependency comes from an address without encryption"
        severity = "medium"
        confidence = "high"
        languages = "python, ini, toml, other"
        description = "A requirement or dependency link is a URL with http, so whoever stands between decides what is installed."
        recommendation = "Ask the author to depend on a package of an index, with a version and a digest."
        references = "https://cwe.mitre.org/data/definitions/319.html, https://cwe.mitre.org/data/definitions/494.html, https://attack.mitre.org/techniques/T1195/001/"
    strings:
        $requirement = /['"\n][ \t]*[A-Za-z0-9][\w.\[\],-]{0,60}\s*@\s*(git\+)?http:\/\/[^\s'"]{3}/
        $link = /\bdependency_links\s*=\s*\[?[^\]]{0,300}['"\n\s](git\+)?http:\/\/[^\s'"]{3}/
        $metadata = /\nRequires-Dist:[^\n]{1,80}@\s*(git\+)?http:\/\//
    condition:
        file_name matches /^(setup\.(py|cfg)|pyproject\.toml|METADATA|PKG-INFO|requirements[\w.-]{0,20}\.txt)$/ and any of them
}
