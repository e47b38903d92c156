rule insecure_debug_server {
    meta:
        title = "A server is started in debug mode"
        severity = "low"
        confidence = "medium"
        languages = "python, notebook"
        description = "The debugger of a web framework runs code for whoever reaches it."
        recommendation = "Turn it on by a setting of the developer, never in a package."
        references = "https://cwe.mitre.org/data/definitions/489.html, https://cwe.mitre.org/data/definitions/94.html"
    strings:
        $flask = /\b(app|application)\.run\([^\n]{0,160}\bdebug\s*=\s*True\b/
        $werkzeug = /\brun_simple\([^\n]{0,160}\buse_debugger\s*=\s*True\b/
    condition:
        any of them
}
