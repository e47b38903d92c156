rule python_download_execute {
    meta:
        title = "Python downloads code and runs it"
        severity = "critical"
        confidence = "high"
        behaviour = "download, execute"
        description = "Python code fetches something from the network and hands it to the interpreter, a shell or the system at once, so what runs is decided by a server and not by the package."
        recommendation = "Do not install the package. Report it to its registry, and look at what the address serves only on an isolated machine."
        references = "https://attack.mitre.org/techniques/T1105/, https://attack.mitre.org/techniques/T1059/006/, https://cwe.mitre.org/data/definitions/494.html"
    strings:
        // exec(urlopen(…).read())
        $evaluated = /\b(exec|eval)\s*\(\s*(compile\s*\(\s*)?[^\n#]{0,100}(requests\.(get|post)\s*\(|urlopen\s*\(|urllib\.request|httpx\.(get|post)\s*\(|http\.client)/
        // code = requests.get(…).text, then exec(code)
        $evaluated_later = /=\s*(requests\.(get|post)|httpx\.(get|post)|(urllib\.)?(request\.)?urlopen)\s*\([^\n]{1,200}(\.text|\.read\s*\(\s*\)|\.content|\.decode\s*\().{0,250}[\s;](exec|eval)\s*\(\s*(compile\s*\(\s*)?[A-Za-z_]\w{0,40}\s*[,)]/s
        // answer = requests.get(…), then exec(answer.text)
        $answer_evaluated = /(requests\.(get|post)|urlopen|urlretrieve|httpx\.(get|post)|HTTPS?Connection)\s*\(.{0,250}[\s;](exec|eval)\s*\(\s*(compile\s*\(\s*)?[A-Za-z_]\w{0,40}\.(text|content|read\s*\()/s
        // os.system('curl … | sh')
        $shell = /(os\.(system|popen)|subprocess\.(Popen|run|call|check_call|check_output|getoutput))\s*\(\s*\[?[^\n]{0,80}\b(curl|wget)\b[^\n]{0,250}(\|\s*(sudo\s+)?((ba|z|da)?sh|python3?|node|perl)\b|(&&|;)\s*(chmod|(ba|z|da)?sh|python3?|node|\.\/)\b)/
        $powershell = /(os\.(system|popen)|subprocess\.(Popen|run|call|check_call|check_output|getoutput))\s*\(.{0,120}\b(powershell|pwsh)\b.{0,180}(DownloadString|DownloadFile|DownloadData|Invoke-WebRequest|Invoke-Expression|\biwr\b|\biex\b)/is
        // fetched into a temporary place and started from there
        $dropped = /(requests\.(get|post)|urlopen|urlretrieve|httpx\.(get|post)|HTTPS?Connection)\s*\(.{0,400}(gettempdir|mkstemp|mkdtemp|TemporaryFile|['\"](TEMP|TMP|APPDATA|LOCALAPPDATA)['\"]|['\"]\/tmp\/|\.exe['\"]).{0,400}(os\.(system|popen|startfile|execl|execv|spawnl)|subprocess\.(Popen|run|call|check_call|check_output))\s*\(/s
        // the same, with the place named first
        $dropped_beside = /(gettempdir|mkstemp|mkdtemp|TemporaryFile|['\"](TEMP|TMP|APPDATA|LOCALAPPDATA)['\"]|['\"]\/tmp\/|\.exe['\"]).{0,400}(requests\.(get|post)|urlopen|urlretrieve|httpx\.(get|post)|HTTPS?Connection)\s*\(.{0,400}(os\.(system|popen|startfile|execl|execv|spawnl)|subprocess\.(Popen|run|call|check_call|check_output))\s*\(/s
    condition:
        any of them
}
