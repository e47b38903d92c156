rule model_with_serialised_code {
    meta:
        title = "A model carries compiled Python code in a layer"
        severity = "medium"
        confidence = "high"
        languages = "json, python, other"
        description = "A Lambda layer of a Keras model holds marshalled byte code, which runs when the model is loaded."
        recommendation = "Do not load the model with its safe mode turned off. Ask for one whose layers are named functions."
        references = "https://cwe.mitre.org/data/definitions/502.html, https://attack.mitre.org/techniques/T1059/006/"
    strings:
        $lambda = /"class_name"\s*:\s*"(Lambda|__lambda__)".{0,600}("(code|function)"\s*:\s*\[?\s*"(4w|YwA|4Q)[A-Za-z0-9+\/\\]{20}|"function_type"\s*:\s*"lambda"|"__lambda__")/s
        $old = /"function"\s*:\s*\[\s*"(4w|YwA|4Q)[A-Za-z0-9+\/\\]{20}/
    condition:
        any of them
}
