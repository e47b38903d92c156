// An application made for tests or a manual does so on purpose.
rule insecure_command_injection {
    meta:
        title = "A request reaches a shell"
        severity = "medium"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "A command is built from what a request says, so that whoever sends the request chooses the command."
        recommendation = "Pass a list of arguments without a shell, and compare the value with those that are allowed."
        references = "https://cwe.mitre.org/data/definitions/78.html"
    strings:
        $python = /\b(os\.(system|popen)|subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)|asyncio\.create_subprocess_shell)\([^\n]{0,160}\brequest\.(args|form|values|json|data|cookies|headers|files|GET|POST|query_params|body|get_json\(|get_data\()/
        $javascript = /\b(exec|execSync|spawnSync)\(\s*[^\n]{0,160}\b(req|request|ctx)\.(query|body|params|headers|cookies|request\.body)\b/
    condition:
        not path matches /(^|\/)(tests?|testing|docs?|examples?)\// and any of them
}
