rule insecure_ldap_filter_built {
    meta:
        title = "An LDAP filter is put together from values"
        severity = "low"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "A value is put into an LDAP filter without escaping, where brackets and stars of a value are read as part of the filter."
        recommendation = "Escape the value, with ldap.filter.escape_filter_chars for instance."
        references = "https://cwe.mitre.org/data/definitions/90.html"
    strings:
        $python = /\b(search|search_s|search_ext|search_ext_s|search_st)\([^\n]{0,160}(f['"]\([^'"\n]{0,80}=\{|['"]\([^'"\n]{0,80}=%s[^'"\n]{0,20}['"]\s*%|['"]\([^'"\n]{0,80}=['"]\s*\+)/
        $javascript = /\bfilter:\s*(`\([^`\n]{0,80}=\$\{|['"]\([^'"\n]{0,80}=['"]\s*\+)/
    condition:
        any of them
}
