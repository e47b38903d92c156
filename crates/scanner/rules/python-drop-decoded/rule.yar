rule python_drop_decoded {
    meta:
        title = "A decoded program is written and run"
        severity = "high"
        confidence = "high"
        languages = "python"
        behaviour = "decode, drop, execute"
        description = "Python code writes decoded data into a file and starts that file."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1027/009/, https://attack.mitre.org/techniques/T1140/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $drop = /\.write(_bytes|_text)?\s*\(\s*[^\n]{0,40}(b64decode|fromhex|unhexlify|decompress|\.decrypt)\s*\(.{0,600}(os\.(system|popen|startfile|exec[lv][pe]{0,2}|spawn[lv][pe]{0,2}|posix_spawnp?)|subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)|create_subprocess_(shell|exec)|pty\.spawn)\s*\(/s
        $decoded_before = /(b64decode|fromhex|unhexlify|\.decrypt)\s*\(.{0,500}\bopen\s*\([^\n]{1,120}[\'"][wa]b?[\'"].{0,400}(os\.(system|popen|startfile|exec[lv][pe]{0,2}|spawn[lv][pe]{0,2}|posix_spawnp?)|subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)|create_subprocess_(shell|exec)|pty\.spawn)\s*\(/s
    condition:
        any of them
}
