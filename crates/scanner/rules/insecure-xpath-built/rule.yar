rule insecure_xpath_built {
    meta:
        title = "An XPath expression is put together from values"
        severity = "low"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "A value is put into an XPath expression without being passed as a variable, where a quote in it ends the text."
        recommendation = "Pass the value as a variable of the expression."
        references = "https://cwe.mitre.org/data/definitions/643.html"
    strings:
        $python = /\.(xpath|XPath)\(\s*(f['"][^\n]{0,80}\[[^\n]{0,40}=\s*['"]\{|['"][^\n]{0,80}\[[^\n]{0,40}=\s*['"\\]{1,2}%s[^\n]{0,20}%|"[^"\n]{0,80}\[[^"\n]{0,40}='"\s*\+)/
        $javascript = /\b(xpath\.select1?|\.evaluate)\(\s*(`[^`\n]{0,80}=\s*['"]\$\{|"[^"\n]{0,80}=\s*'"\s*\+)/
    condition:
        any of them
}
