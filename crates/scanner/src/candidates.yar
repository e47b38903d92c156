// Marks sources that are worth the cost of being parsed: they run, decode or fetch something, or spell names in an
// unusual way. It is no finding.
rule candidate {
    strings:
        $run = /\b(exec|eval|execfile|compile|Function|execSync|spawn|spawnSync|fork|runInNewContext|runInThisContext)\s*\(/
        $process = /\b(subprocess|child_process|popen|startfile|posix_spawn|pty|ctypes|mainModule|process\.binding)\b/
        $system = /\.\s*(system|popen|spawn[lv]\w{0,3}|exec[lv]\w{0,3})\s*\(/
        $system_alias = /\bimport\s[^\n]{0,80}\b(os|posix|nt)\s+as\b/
        $system_named = /\bfrom\s+(os|posix|nt)\s+import\b/
        $import = /\b(__import__|import_module|run_module|run_path|exec_module|__builtins__|builtins|globals\s*\(|vars\s*\(|__dict__|__getattribute__)/
        $attribute = /\bgetattr\s*\([^\n]{0,80}['"][^\n]{0,20}['"]\s*(\+|%|\.|\[)/
        $decode = /\b(b64decode|b32decode|b85decode|a85decode|base64|unhexlify|fromhex|marshal|zlib|lzma|bz2|codecs|rot13|atob|unescape|fromCharCode|fromCodePoint|Fernet|AES|hex2bin)\b/
        $fetch = /\b(urlopen|urlretrieve|requests|httpx|aiohttp|http\.client|HTTPSConnection|HTTPConnection|socket|XMLHttpRequest|axios|https\.(get|request)|http\.(get|request)|WebSocket)\b/
        $escapes = /(\\x[0-9a-fA-F]{2}){4}/
        $unicode_escapes = /(\\u00[0-9a-fA-F]{2}){2}/
        $characters = /\bchr\s*\(\s*[^)\n]{1,40}\)\s*(\+|,)\s*(chr|str|u?nichr)/
        $joined = /['"]\s*\.\s*join\s*\(\s*(map|\[|reversed|chr|\()/
        $joined_array = /\]\s*\.\s*join\s*\(\s*['"`]{2}\s*\)/
        $reversed = /\[\s*:\s*:\s*-\s*1\s*\]/
        $reversed_array = /\.reverse\s*\(\s*\)\s*\.\s*join/
        $bracketed = /\b(process|global|globalThis|window|require|module|this)\s*\[\s*['"`]/
        $required = /\brequire\s*\(\s*['"`][^'"`\n]{0,40}['"`]\s*\+/
        // letters that Python takes for ASCII ones: mathematical and full-width forms
        $mathematical = { F0 9D (90 | 91 | 92 | 93 | 94 | 95 | 96 | 97 | 98 | 99 | 9A | 9B | 9C | 9D | 9E) ?? }
        $full_width = { EF BD (81 | 82 | 83 | 84 | 85 | 86 | 87 | 88 | 89 | 8A | 8B | 8C | 8D | 8E | 8F | 90 | 91 | 92 | 93 | 94 | 95 | 96 | 97 | 98 | 99 | 9A) }
    condition:
        (language == "python" or language == "javascript" or language == "typescript") and any of them
}
