rule python_encoded_command {
    meta:
        title = "A shell command is encoded"
        severity = "critical"
        confidence = "high"
        languages = "python"
        behaviour = "decode, shell"
        description = "Python code decodes a command and hands it to a shell."
        recommendation = "Do not install the package. Decode the command to see what it does, and report the package."
        references = "https://attack.mitre.org/techniques/T1059/, https://attack.mitre.org/techniques/T1027/010/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $in_call = /\b(os\.(system|popen|startfile|exec[lv][pe]{0,2}|spawn[lv][pe]{0,2}|posix_spawnp?)|subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)|create_subprocess_(shell|exec)|pty\.spawn)\s*\(\s*[^\n]{0,80}(b64decode|b32decode|b85decode|fromhex|unhexlify|\[\s*::\s*-1\s*\]|zlib\.decompress|lzma\.decompress|\.decrypt\s*\(|b64d\b)/
        $named = /\b(os\.(system|popen|startfile|exec[lv][pe]{0,2}|spawn[lv][pe]{0,2}|posix_spawnp?)|subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)|create_subprocess_(shell|exec)|pty\.spawn)\s*\(\s*\[?\s*(str\s*\(\s*)?\w{0,20}(decode|decrypt|deobf)\w{0,20}\s*\(\s*b?[\'"]/
        $decoded = /(b64decode|fromhex|unhexlify)\s*\(\s*[^\n]{8,2000},\s*[\'"]\s*(powershell|curl|wget|bash|sh -c|cmd|import |exec\(|python)/
    condition:
        any of them
}
