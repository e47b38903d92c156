// An application made for tests or a manual does so on purpose.
rule insecure_path_from_request {
    meta:
        title = "A request chooses a file"
        severity = "medium"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "A path is taken from a request, so that whoever sends it can name any file with '..' or an absolute path."
        recommendation = "Resolve the path and check that it lies in the folder meant, or use a table of names."
        references = "https://cwe.mitre.org/data/definitions/22.html"
    strings:
        $python = /\b(open|send_file|FileResponse|os\.remove|shutil\.rmtree)\(\s*(os\.path\.join\(|f['"])?[^\n]{0,80}\brequest\.(args|form|values|json|data|cookies|headers|files|GET|POST|query_params|body|get_json\(|get_data\()/
        $javascript = /\b(sendFile|readFile|readFileSync|createReadStream|unlink|unlinkSync|writeFile|writeFileSync)\(\s*[^\n]{0,80}\b(req|request|ctx)\.(query|body|params|headers|cookies|request\.body)\b/
    condition:
        not path matches /(^|\/)(tests?|testing|docs?|examples?)\// and any of them
}
