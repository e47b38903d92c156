// An application made for tests or a manual does so on purpose.
rule insecure_code_injection {
    meta:
        title = "A request is evaluated as code"
        severity = "medium"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "What a request says is run as code."
        recommendation = "Parse the value, or look it up in a table of what is allowed."
        references = "https://cwe.mitre.org/data/definitions/95.html"
    strings:
        $python = /\b(eval|exec|compile)\(\s*[^\n]{0,80}\brequest\.(args|form|values|json|data|cookies|headers|files|GET|POST|query_params|body|get_json\(|get_data\()/
        $javascript = /\b(eval|Function|setTimeout|setInterval|runInNewContext|runInThisContext)\(\s*[^\n,]{0,80}\b(req|request|ctx)\.(query|body|params|headers|cookies|request\.body)\b/
    condition:
        not path matches /(^|\/)(tests?|testing|docs?|examples?)\// and any of them
}
