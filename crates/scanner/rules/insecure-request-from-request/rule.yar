// An application made for tests or a manual does so on purpose.
rule insecure_request_from_request {
    meta:
        title = "A request chooses an address that the server fetches"
        severity = "medium"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "The address of a request that a server makes is taken from a request that it answers, so that services inside the network can be reached."
        recommendation = "Compare the host with a list of those that are allowed."
        references = "https://cwe.mitre.org/data/definitions/918.html"
    strings:
        $python = /\b(requests|httpx)\.(get|post|put|head|request)\(\s*(url\s*=\s*)?(f['"]\{)?(flask\.)?\brequest\.(args|form|values|json|data|cookies|headers|files|GET|POST|query_params|body|get_json\(|get_data\()/
        $opened = /\burlopen\(\s*(flask\.)?\brequest\.(args|form|values|json|data|cookies|headers|files|GET|POST|query_params|body|get_json\(|get_data\()/
        $javascript = /\b(axios(\.(get|post))?|fetch|got|needle\.get|https?\.get)\(\s*(`\$\{)?\b(req|request|ctx)\.(query|body|params|headers|cookies|request\.body)\b/
    condition:
        not path matches /(^|\/)(tests?|testing|docs?|examples?)\// and any of them
}
