rule python_download {
    meta:
        title = "Python fetches something"
        severity = "info"
        confidence = "high"
        languages = "python"
        behaviour = "download"
        description = "Python code fetches a file or a text from a server and keeps it. Alone it is information."
        recommendation = "Nothing to do for this alone."
        references = "https://attack.mitre.org/techniques/T1105/"
    strings:
        $retrieve = /\b(urlretrieve|URLopener\s*\(\s*\)\.retrieve|wget\.download|gdown\.download|Repo\.clone_from)\s*\(/
        $read = /\b(urlopen|urllib\.request\.urlopen)\s*\([^\n]{1,160}\)\s*\.read\s*\(/
        $answer = /\b(requests|httpx)\.(get|post)\s*\([^\n]{1,200}\)\s*\.(text|content|iter_content|json\s*\(|raw)/
        $content = /\.write\s*\(\s*\w{1,40}\.(content|text)\s*\)/
        $command_line = /=\s*[bruf]{0,2}[\'"](sudo )?(curl|wget|certutil|bitsadmin)(\.exe)?\s{1,3}[^\n]{0,200}(https?:|\{\w)/
        $chunks = /\.iter_content\s*\(/
    condition:
        any of them
}
