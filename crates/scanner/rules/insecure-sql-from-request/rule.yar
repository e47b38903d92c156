// An application made for tests or a manual does so on purpose.
rule insecure_sql_from_request {
    meta:
        title = "A request becomes part of an SQL statement"
        severity = "medium"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "An SQL statement is put together with what a request says, so that whoever sends it can read and change other data."
        recommendation = "Pass values as parameters of the statement."
        references = "https://cwe.mitre.org/data/definitions/89.html"
    strings:
        $python = /\.(execute|executemany|raw|text|executescript)\(\s*f?['"]{1,3}\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s|DELETE\s+FROM\s|DROP\s+TABLE\s)[^\n]{0,200}(\{|%\s*\(?|\+|\.format\()\s{0,4}[\w.]{0,20}\brequest\.(args|form|values|json|data|cookies|headers|files|GET|POST|query_params|body|get_json\(|get_data\()/i
        $javascript = /\.(query|execute|raw|all|run)\(\s*[`'"]\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s|DELETE\s+FROM\s|DROP\s+TABLE\s)[^\n]{0,200}(\$\{|\+)\s{0,4}\b(req|request|ctx)\.(query|body|params|headers|cookies|request\.body)\b/i
    condition:
        not path matches /(^|\/)(tests?|testing|docs?|examples?)\// and any of them
}
