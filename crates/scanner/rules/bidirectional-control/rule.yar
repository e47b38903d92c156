rule bidirectional_control {
    meta:
        title = "Source changes the direction of its text"
        severity = "low"
        confidence = "medium"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        description = "A control character makes an editor show the code in another order than the computer reads it."
        recommendation = "Look at the lines with an editor that shows control characters. Write such characters as escapes where text needs them."
        references = "https://cwe.mitre.org/data/definitions/1007.html"
    strings:
        $override = { E2 80 (AA|AB|AD|AE) }
        $isolate = { E2 81 (A6|A7|A8) }
    condition:
        any of them
}
