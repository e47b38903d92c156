rule insecure_evaluated_input {
    meta:
        title = "Text from outside is evaluated as code"
        severity = "low"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "What a user types, an argument, a file or the environment says is run as code."
        recommendation = "Parse the value, with ast.literal_eval or JSON for instance."
        references = "https://cwe.mitre.org/data/definitions/95.html"
    strings:
        $python = /\b(eval|exec)\(\s*(compile\(\s*)?(input\(|sys\.argv|os\.environ|os\.getenv\(|open\(|sys\.stdin)/
        $javascript = /\b(eval|new Function)\(\s*(process\.argv|process\.env|location\.|window\.location|document\.(location|URL|cookie))/
    condition:
        any of them
}
