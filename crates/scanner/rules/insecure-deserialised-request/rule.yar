// An application made for tests or a manual does so on purpose.
rule insecure_deserialised_request {
    meta:
        title = "A request is unpickled"
        severity = "medium"
        confidence = "high"
        languages = "python, notebook, javascript, typescript"
        description = "What a request or a socket sends is deserialised by a format that can run code."
        recommendation = "Use JSON, or check a signature before anything is read."
        references = "https://cwe.mitre.org/data/definitions/502.html"
    strings:
        $python = /\b(pickle|cPickle|_pickle|dill|cloudpickle|marshal|jsonpickle|joblib|shelve)\.(loads?|decode|open)\([^\n()]{0,40}(\brequest\.(args|form|values|json|data|cookies|headers|files|GET|POST|query_params|body|get_json\(|get_data\()|\.recv\(|urllib\.request\.urlopen\(|requests\.get\()/
        $yaml = /\byaml\.(load|unsafe_load|full_load)\([^\n]{0,80}\brequest\.(args|form|values|json|data|cookies|headers|files|GET|POST|query_params|body|get_json\(|get_data\()/
        $javascript = /\b(unserialize|deserialize)\(\s*[^\n]{0,80}\b(req|request|ctx)\.(query|body|params|headers|cookies|request\.body)\b/
    condition:
        not path matches /(^|\/)(tests?|testing|docs?|examples?)\// and any of them
}
