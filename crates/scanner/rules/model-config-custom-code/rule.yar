rule model_config_custom_code {
    meta:
        title = "A model configuration names code of its own"
        severity = "low"
        confidence = "medium"
        languages = "json"
        description = "The configuration of a model maps its classes to a Python file beside it, which is executed by whoever loads the model and trusts it."
        recommendation = "Read the file that it names before the model is loaded with remote code."
        references = "https://cwe.mitre.org/data/definitions/829.html, https://attack.mitre.org/techniques/T1195/002/"
    strings:
        $mapped = /"auto_map"\s*:\s*\{\s*"(Auto[A-Z]\w{2,40}|\w{1,30})"\s*:\s*\[?\s*"[\w.]{3,120}"/
        $pipeline = /"custom_pipelines"\s*:\s*\{[^{}]{0,200}\{\s*"(impl|type|pt)"/
    condition:
        any of them
}
