// In an installed module two such calls are often a feature; in a file that runs unasked they are not, so two
// behaviours are enough here.
rule python_install_download_execute {
    meta:
        title = "The installation downloads and runs something"
        severity = "critical"
        confidence = "medium"
        languages = "python"
        behaviour = "download, execute"
        description = "Code that runs while the package is installed, or whenever Python starts, fetches something from the network and starts a process or evaluates code right after."
        recommendation = "Do not install the package from source. Ask its author for a wheel that is complete, or report the package if the download is not documented."
        references = "https://attack.mitre.org/techniques/T1195/002/, https://attack.mitre.org/techniques/T1105/, https://cwe.mitre.org/data/definitions/494.html"
    strings:
        $fetched_and_run = /(requests\.(get|post)|urlopen|urlretrieve|httpx\.(get|post)|HTTPS?Connection)\s*\(.{0,600}((os\.(system|popen|startfile|execl|execv|spawnl)|subprocess\.(Popen|run|call|check_call|check_output))\s*\(|[\s;](exec|eval)\s*\()/s
        // a shell that fetches, whatever comes of it
        $shell_fetch = /(os\.(system|popen)|subprocess\.(Popen|run|call|check_call|check_output|getoutput))\s*\(\s*\[?[^\n]{0,60}\b(curl|wget|bitsadmin|certutil)\b[^\n]{0,160}https?:/
    condition:
        file_name matches /^(setup|sitecustomize|usercustomize)\.py$/i and any of them
}
