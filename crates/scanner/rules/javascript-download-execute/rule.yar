rule javascript_download_execute {
    meta:
        title = "JavaScript downloads code and runs it"
        severity = "critical"
        confidence = "high"
        behaviour = "download, execute"
        description = "JavaScript code fetches something from the network and evaluates it or hands it to a shell, so what runs is decided by a server and not by the package."
        recommendation = "Do not install the package. Report it to its registry, and look at what the address serves only on an isolated machine."
        references = "https://attack.mitre.org/techniques/T1105/, https://attack.mitre.org/techniques/T1059/007/, https://cwe.mitre.org/data/definitions/494.html"
    strings:
        // eval((await axios.get(…)).data)
        $evaluated = /\b(eval|Function)\s*\(\s*[^\n;]{0,30}\b(axios(\.get)?|fetch|got(\.get)?|needle\.get)\s*\(\s*['\"`\w]/
        // fetch(…), then eval(body)
        $evaluated_later = /\b(axios(\.get)?|fetch|got(\.get)?|https?\.get)\s*\(\s*['\"`\w].{0,300}[\s;{>(](eval|new\s+Function)\s*\(\s*[A-Za-z_$][\w$.]{0,40}\s*\)/s
        // execSync('curl … | sh')
        $shell = /\b(exec|execSync|execFile|execFileSync|spawn|spawnSync)\s*\(\s*['\"`][^\n]{0,120}\b(curl|wget)\b[^\n]{0,250}(\|\s*(sudo\s+)?((ba|z|da)?sh|python3?|node|perl)\b|(&&|;)\s*(chmod|(ba|z|da)?sh|python3?|node|\.\/)\b)/
        $powershell = /\b(exec|execSync|execFile|execFileSync|spawn|spawnSync)\s*\(.{0,60}\b(powershell|pwsh)\b.{0,180}(DownloadString|DownloadFile|DownloadData|Invoke-WebRequest|Invoke-Expression|\biwr\b|\biex\b)/is
        // fetched, written to a temporary place, started without a window or parent
        $dropped = /\b(axios(\.get)?|fetch|got(\.get)?|https?\.get)\s*\(.{0,400}(tmpdir\s*\(|['\"`]\/tmp\/|\.(TEMP|APPDATA|LOCALAPPDATA)\b).{0,400}\b(exec|execSync|execFile|execFileSync|spawn|spawnSync)\s*\(.{0,150}(detached|windowsHide)\s*:\s*(true|!0)/s
    condition:
        any of them
}
