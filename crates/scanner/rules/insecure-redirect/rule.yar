// An application made for tests or a manual does so on purpose.
rule insecure_redirect {
    meta:
        title = "A request chooses where to go next"
        severity = "medium"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "The target of a redirection is taken from a request, so that a link to this site leads to another."
        recommendation = "Accept paths of this site only, or a table of targets."
        references = "https://cwe.mitre.org/data/definitions/601.html"
    strings:
        $python = /\b(redirect|HttpResponseRedirect|RedirectResponse)\(\s*[^\n]{0,40}\brequest\.(args|form|values|GET|POST|query_params|json)/
        $javascript = /\bres\.redirect\(\s*(\d{3}\s*,\s*)?[^\n]{0,20}\breq\.(query|body|params)\b/
        $page = /\b(window\.)?location(\.href)?\s*=\s*[^\n;]{0,60}\b(new URLSearchParams\(\s*(window\.)?location\.search\s*\)\.get\(|location\.hash\.(slice|substr))/
    condition:
        not path matches /(^|\/)(tests?|testing|docs?|examples?)\// and any of them
}
