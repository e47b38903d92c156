rule insecure_xml_entities {
    meta:
        title = "XML is read with external entities"
        severity = "low"
        confidence = "high"
        languages = "python, notebook, javascript, typescript"
        description = "The parser is told to load what an XML document refers to, local files and addresses among it."
        recommendation = "Leave entities and the network turned off, or use a parser made for hostile XML."
        references = "https://cwe.mitre.org/data/definitions/611.html"
    strings:
        $lxml = /\bXMLParser\([^\n]{0,160}\b(resolve_entities\s*=\s*True|no_network\s*=\s*False|load_dtd\s*=\s*True)/
        $sax = /\bsetFeature\(\s*[\w.]{0,30}feature_external_(ges|pes)\s*,\s*(True|1)\b/
        $javascript = /\b(noent|processEntities|replaceEntities):\s*(true|!0)\b/
    condition:
        any of them
}
