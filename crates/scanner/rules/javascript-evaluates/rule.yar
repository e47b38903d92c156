rule javascript_evaluates {
    meta:
        title = "JavaScript evaluates text"
        severity = "info"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "execute"
        description = "JavaScript code runs text as code. Bundlers, templates and test runners do so too."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1059/007/, https://cwe.mitre.org/data/definitions/95.html"
    strings:
        $eval = /(^|[\s;{}(=,?:!&|>])(globalThis\.|global\.|window\.)?eval\(\s*[A-Za-z_$(][^\n]{0,20}/
        $function = /\bnew Function\(\s*[A-Za-z_$'][^\n]{0,20}/
        $context = /\brequire\('(node:)?vm'\)\.(runIn(This|New)Context|compileFunction|Script)\(/
        $module = /\b\w{1,20}\._compile\(\s*\w/
    condition:
        any of them
}
