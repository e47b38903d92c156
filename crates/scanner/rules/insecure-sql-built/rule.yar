rule insecure_sql_built {
    meta:
        title = "An SQL statement is put together from values"
        severity = "low"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "A text with values in it is executed as an SQL statement, where a quote in a value ends the text."
        recommendation = "Pass values as parameters; check names of tables and columns against a list."
        references = "https://cwe.mitre.org/data/definitions/89.html"
    strings:
        $formatted = /\.(execute|executemany|executescript|raw|read_sql)\(\s*f['"]{1,3}\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s|DELETE\s+FROM\s|DROP\s+TABLE\s)[^'"\n]{0,200}\{/i
        $added = /\.(execute|executemany|executescript|raw|read_sql)\(\s*['"]{1,3}\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s|DELETE\s+FROM\s|DROP\s+TABLE\s)[^'"\n]{0,200}['"]{1,4}\s*(%\s*[\w(]|\+|\.format\()/i
        $javascript = /\.(query|execute|raw)\(\s*(`\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s|DELETE\s+FROM\s|DROP\s+TABLE\s)[^`\n]{0,200}\$\{|['"]\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s|DELETE\s+FROM\s|DROP\s+TABLE\s)[^'"\n]{0,200}['"]\s*\+)/i
    condition:
        any of them
}
