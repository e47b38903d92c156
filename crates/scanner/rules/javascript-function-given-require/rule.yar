rule javascript_function_given_require {
    meta:
        title = "JavaScript makes a function of text and hands it require"
        severity = "medium"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "execute"
        description = "JavaScript code turns text into a function whose only argument is require, so that code from elsewhere can load every module."
        recommendation = "Find out where the text comes from. Do not install the package if it is not a part of it."
        references = "https://attack.mitre.org/techniques/T1059/007/, https://cwe.mitre.org/data/definitions/94.html"
    strings:
        $constructed = /\bFunction(\.constructor)?\)?\(\s*['"`]require['"`]\s*,\s*[\w$.]{1,60}(\(\s*\))?\s*\)/
        $compiled = /\b(module|Module)\.(constructor|prototype)\(?\)?\._compile\(\s*[\w$.]{1,40}\s*,\s*['"`]{2}\s*\)/
    condition:
        any of them
}
