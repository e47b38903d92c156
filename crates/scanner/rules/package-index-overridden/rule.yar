rule package_index_overridden {
    meta:
        title = "Packages are asked from another index"
        severity = "low"
        confidence = "medium"
        languages = "python, javascript, typescript, shell, powershell, ruby, ini"
        description = "Settings or code of the package make pip or npm look at another index, where names can belong to somebody else."
        recommendation = "Check who owns the index. Set it up on your side and not in a package."
        references = "https://cwe.mitre.org/data/definitions/427.html, https://cwe.mitre.org/data/definitions/1357.html, https://attack.mitre.org/techniques/T1195/001/"
    strings:
        $settings = /\[easy_install\][^\[]{0,200}\bindex[-_]url\s*=\s*https?:/
        $variable = /\b(environ\s*\[\s*['"]|export\s+|env\.)(PIP_(EXTRA_)?INDEX_URL|UV_INDEX_URL|npm_config_registry|NPM_CONFIG_REGISTRY)['"]?\s*\]?\s*=\s*['"]?https?:/
        $command = /\bpip3?['"]?,?\s+['"]?install\b[^\n]{0,120}--(extra-)?index-url['"]?[=,\s]{1,3}['"]?http:/
        $trusted = /\bpip3?['"]?,?\s+['"]?install\b[^\n]{0,160}--trusted-host\b/
        $registry = /\bnpm\s+(install|i|config\s+set\s+registry)\b[^\n]{0,100}http:\/\//
    condition:
        (language != "ini" or file_name == "setup.cfg") and any of them
}
