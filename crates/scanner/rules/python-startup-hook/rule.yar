rule python_startup_hook {
    meta:
        title = "A .pth file runs code whenever Python starts"
        severity = "high"
        confidence = "high"
        languages = "pth, other"
        behaviour = "execute"
        description = "A line of a .pth file, which Python executes at every start, starts a process, decodes or evaluates data, or opens the network."
        recommendation = "Do not install the package. If it is installed, remove the .pth file before Python is started again."
        references = "https://attack.mitre.org/techniques/T1546/018/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        // Python ends a line of such a file at more than a line feed
        $line = /[\r\n\x0b\x0c\x1c-\x1e]import[ \t][^\r\n]{0,500}(subprocess|os\.(system|popen|exec[lv]|spawn)|base64|b64decode|urlopen|urllib|requests\.|socket\.|http\.client|marshal|zlib|ctypes|exec\s*\(\s*open|runpy)/
        // longer than anything an honest line has to say
        $long_line = /[\r\n\x0b\x0c\x1c-\x1e]import[ \t][^\r\n]{500}/
        // for the first line, which nothing ends before
        $danger = /(subprocess|os\.(system|popen|exec[lv]|spawn)|base64|b64decode|urlopen|urllib|requests\.|socket\.|http\.client|marshal|zlib|ctypes|exec\s*\(\s*open|runpy)/
        $long_first_line = /import[ \t][^\r\n]{500}/
    condition:
        file_name matches /\.pth$/i and ($line or $long_line or for any start in (0, 3) : (
            (start == 0 or uint16be(0) == 0xefbb) and uint32be(start) == 0x696d706f and ($danger in (0..500) or $long_first_line at start)
        ))
}
