rule javascript_whole_environment {
    meta:
        title = "JavaScript takes the whole environment"
        severity = "info"
        confidence = "high"
        languages = "javascript, typescript"
        behaviour = "environment"
        description = "JavaScript code reads all environment variables at once, tokens of build servers among them."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1552/007/"
    strings:
        $serialised = /\bJSON\.stringify\(\s*(\{\s*)?(\.\.\.)?process\.env\s*[,})]/
        $listed = /\b(Object\.(keys|entries|values|assign)|Object\.fromEntries)\(\s*(\{\},\s*)?process\.env\s*\)/
        $query = /\bquerystring'?\)?\.stringify\(\s*process\.env\s*\)/
        $member = /\b\w{1,20}:\s*process\.env\s*[,}]/
        $walked = /\bfor\s*\(\s*(const|let|var)\s+\w{1,30}\s+in\s+process\.env\s*\)/
    condition:
        any of them
}
