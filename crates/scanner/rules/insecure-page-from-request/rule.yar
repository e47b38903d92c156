// An application made for tests or a manual does so on purpose.
rule insecure_page_from_request {
    meta:
        title = "A request becomes part of a page or template"
        severity = "medium"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "What a request says is sent back as HTML, or rendered as a template, without escaping."
        recommendation = "Escape the value, and pass it to a fixed template as a variable."
        references = "https://cwe.mitre.org/data/definitions/79.html, https://cwe.mitre.org/data/definitions/1336.html"
    strings:
        $template = /\b(render_template_string|Template|from_string)\(\s*(f['"][^'"\n]{0,100}\{|['"][^'"\n]{0,100}['"]\s*(%|\+|\.format\()\s*\(?)?(flask\.)?\brequest\.(args|form|values|json|data|cookies|headers|files|GET|POST|query_params|body|get_json\(|get_data\()/
        $marked = /\b(Markup|mark_safe|HttpResponse|HTMLResponse)\(\s*(f['"][^'"\n]{0,100}\{|['"][^'"\n]{0,100}['"]\s*(%|\+|\.format\()\s*\(?)?(flask\.)?\brequest\.(args|form|values|json|data|cookies|headers|files|GET|POST|query_params|body|get_json\(|get_data\()/
        $javascript = /\bres\.(send|write|end)\(\s*(`[^`\n]{0,120}<[^`\n]{0,120}\$\{|['"][^'"\n]{0,120}<[^'"\n]{0,120}['"]\s*\+)\s{0,4}\b(req|request|ctx)\.(query|body|params|headers|cookies|request\.body)\b/
        $page = /\b(innerHTML|outerHTML)\s*=\s*[^\n;]{0,80}\b(location\.(hash|search|href)|document\.(URL|referrer|cookie)|window\.name)\b/
        $written = /\bdocument\.write(ln)?\([^\n;]{0,80}\b(location\.(hash|search|href)|document\.(URL|referrer)|window\.name)\b/
    condition:
        not path matches /(^|\/)(tests?|testing|docs?|examples?)\// and any of them
}
