rule insecure_unescaped_html {
    meta:
        title = "HTML is marked as safe or set as it is"
        severity = "info"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "A value goes into a page without escaping."
        recommendation = "Escape the value, or clean it with a library made for that."
        references = "https://cwe.mitre.org/data/definitions/79.html"
    strings:
        $marked = /\b(mark_safe|Markup)\(\s*(f['"]|['"][^'"\n]{0,100}['"]\s*(%|\+|\.format\()|[a-z_]{1,40}\s*\))/
        $autoescape = /\bEnvironment\([^\n]{0,200}\bautoescape\s*=\s*False\b/
        $react = /\bdangerouslySetInnerHTML\s*[=:]\s*\{/
        $page = /\.(innerHTML|outerHTML)\s*=\s*(`[^`\n]{0,160}\$\{|[A-Za-z_$][\w$.]{0,40}\s*[;+])/
    condition:
        any of them
}
