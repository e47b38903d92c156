rule model_code_trusted {
    meta:
        title = "A model may bring code that is run"
        severity = "low"
        confidence = "high"
        languages = "python, notebook"
        description = "Code loads a model with trust_remote_code or with the safe mode turned off, so that files beside the weights are executed."
        recommendation = "Load the model from a pinned commit whose code was read, or one that needs none."
        references = "https://cwe.mitre.org/data/definitions/829.html, https://cwe.mitre.org/data/definitions/502.html, https://attack.mitre.org/techniques/T1195/002/"
    strings:
        $trusted = /\btrust_remote_code\s*=\s*True\b/
        $mode = /\bload_model\([^\n]{0,200}\bsafe_mode\s*=\s*False\b/
        $unsafe = /\benable_unsafe_deserialization\(/
        $weights = /\btorch\.load\([^\n]{0,200}\bweights_only\s*=\s*False\b/
        $hub = /\btorch\.hub\.load\([^\n]{0,200}\btrust_repo\s*=\s*True\b/
        $array = /\b(numpy|np)\.load\([^\n]{0,160}\ballow_pickle\s*=\s*True\b/
    condition:
        any of them
}
