rule insecure_deserialisation {
    meta:
        title = "Data is read in a format that can run code"
        severity = "info"
        confidence = "high"
        languages = "python, notebook, javascript, typescript"
        description = "Pickle and formats like it run what the data says. That is safe only for data that nobody else can write."
        recommendation = "Use JSON, or a format made for the data."
        references = "https://cwe.mitre.org/data/definitions/502.html"
    strings:
        $pickle = /\b(pickle|cPickle|_pickle|dill|cloudpickle)\.(loads?|Unpickler)\(/
        $marshal = /\bmarshal\.loads?\(/
        $other = /\b(shelve\.open|joblib\.load|jsonpickle\.decode|pandas\.read_pickle|pd\.read_pickle)\(/
        $javascript = /\brequire\('(node-serialize|serialize-to-js|funcster|cryo)'\)/
    condition:
        any of them
}
