rule insecure_archive_extraction {
    meta:
        title = "An archive is unpacked without checking its paths"
        severity = "info"
        confidence = "medium"
        languages = "python, notebook, javascript, typescript"
        description = "Members of an archive can name paths outside the folder, and links that lead there."
        recommendation = "Pass filter='data' to tarfile, or check each path before it is written."
        references = "https://cwe.mitre.org/data/definitions/22.html"
    strings:
        $tar = /\b(tar|tf|tarball|archive|tar_file|tgz)\.extractall\(\s*([\w.'"\/]{0,60}|path\s*=\s*[\w.'"\/]{1,60})\s*\)/
        $opened = /\btarfile\.open\([^\n]{0,120}\)\.extractall\(\s*[\w.'"\/=]{0,60}\s*\)/
        $unpacked = /\bshutil\.unpack_archive\(/
        $javascript = /\b(path\.join|path\.resolve|require\('(node:)?path'\)\.(join|resolve))\(\s*[\w$.]{1,40}\s*,\s*(entry|header|file|zipEntry)\.(path|name|fileName|entryName)\s*\)/
        $library = /\.extractAllTo\(/
    condition:
        any of them
}
