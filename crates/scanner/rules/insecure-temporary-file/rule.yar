rule insecure_temporary_file {
    meta:
        title = "A temporary file has a name that can be foretold"
        severity = "low"
        confidence = "high"
        languages = "python, notebook, javascript, typescript"
        description = "Between the choice of the name and the creation of the file somebody else can put a link there."
        recommendation = "Use mkstemp, TemporaryDirectory or mkdtemp."
        references = "https://cwe.mitre.org/data/definitions/377.html, https://cwe.mitre.org/data/definitions/379.html"
    strings:
        $python = /\b(tempfile\.mktemp|os\.tempnam|os\.tmpnam)\(/
        $fixed = /\bopen\(\s*['"]\/tmp\/[\w.-]{1,40}['"]\s*,\s*['"]w/
        $javascript = /\b(writeFileSync|writeFile|createWriteStream)\(\s*['"`]\/tmp\/[\w.-]{1,40}['"`]/
    condition:
        any of them
}
