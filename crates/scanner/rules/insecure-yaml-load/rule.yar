rule insecure_yaml_load {
    meta:
        title = "YAML is read in a way that can run code"
        severity = "low"
        confidence = "high"
        languages = "python, notebook, javascript, typescript"
        description = "The loader of YAML that is used creates any object the text names."
        recommendation = "Use safe_load, or the default schema."
        references = "https://cwe.mitre.org/data/definitions/502.html"
    strings:
        $loader = /\byaml\.(load|load_all)\([^\n]{1,120}\bLoader\s*=\s*(yaml\.)?(Loader|UnsafeLoader|FullLoader)\b/
        $none = /\byaml\.load\(\s*[\w.]{1,60}(\(\s*['"\w.]{0,60}\s*\))?\s*\)/
        $unsafe = /\byaml\.(unsafe_load|unsafe_load_all)\(/
        $javascript = /\b(DEFAULT_FULL_SCHEMA|js-yaml-js-types)\b/
    condition:
        any of them
}
