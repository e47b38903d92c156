rule model_config_remote_code {
    meta:
        title = "A model configuration turns on code from elsewhere"
        severity = "medium"
        confidence = "high"
        languages = "json"
        description = "The configuration of a model allows remote code by itself, or takes its classes from another repository, so that what runs is not in the package."
        recommendation = "Do not load the model. Ask its author for one that needs no code, or brings it."
        references = "https://cwe.mitre.org/data/definitions/829.html, https://cwe.mitre.org/data/definitions/494.html, https://attack.mitre.org/techniques/T1195/002/"
    strings:
        $trusted = /"trust_remote_code"\s*:\s*true\b/
        $elsewhere = /"auto_map"\s*:\s*\{[^{}]{0,300}"[\w.-]{1,80}\/[\w.-]{1,80}--[\w.]{3,120}"/
    condition:
        any of them
}
