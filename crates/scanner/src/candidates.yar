// Marks in sources that tell whether parsing is worth its cost: see candidate.rs. None of them is a finding.

// What runs something is kept under another name.
rule hidden_python {
    strings:
        $run_kept = /\b(os|posix|nt|subprocess|builtins)\s*\.\s*(system|popen|exec[lv]\w{0,3}|spawn[lv]\w{0,3}|startfile|Popen|run|call|check_call|check_output|getoutput|exec|eval|compile)[ \t]*[\n\r,;:)\]}#]/
        $builtin_kept = /[=(,:\[{][ \t]*(exec|eval|compile|execfile|__import__)[ \t]*[\n\r,;)\]}#]/
        $module_kept = /[=(,:\[{][ \t]*(os|posix|nt|subprocess|builtins|pty|ctypes)[ \t]*[\n\r;)\]}#]/
    condition:
        language == "python" and any of them
}

// Spelled so that a rule for plain code cannot know it, or under a name that could be any.
rule hidden {
    strings:
        $run_as = /\bimport[ \t][^\n]{0,40}\b(os|posix|nt|subprocess|pty|builtins|ctypes|runpy|code)[ \t]+as\b/
        $run_from = /\bfrom[ \t]+(os|posix|nt|subprocess|pty|builtins|ctypes|runpy|code)[ \t]+import\b/
        $child_process = /\b(child_process|mainModule|process\.binding|runInNewContext)\b/
        $eval_kept = /=[ \t]*eval[ \t]*[;,\n\r)]/
        $builtins = /\b__builtins__\s*(\.|\[|,|\))/
        $called_attribute = /\b__getattribute__\s*\([^\n]{0,80}\)\s*\(/
        $namespace = /\b(globals|locals|vars)\s*\(\s*\w{0,20}\s*\)\s*\[[^\]\n]{1,60}\]\s*[(.;,)\n]/
        $got = /\b(globals|locals|vars)\s*\(\s*\w{0,20}\s*\)\s*\.\s*(get|pop|__getitem__)\b/
        $imported = /\b(__import__|import_module)\s*\(\s*[^)\n]{0,60}\)\s*\./
        $attribute = /\bgetattr\s*\([^\n]{0,80}['"][^\n]{0,20}['"]\s*(\+|%|\.|\[)/
        $dangerous_attribute = /\bgetattr\s*\([^\n]{0,60}['"](system|popen|exec|eval|compile|Popen|run|call|check_output|__import__|b64decode|loads|urlopen)['"]/
        $module_attribute = /\bgetattr\s*\(\s*(os|subprocess|builtins|__import__\s*\([^\n)]{0,40}\))\s*,\s*[^'"]/
        $escapes = /(\\x[4-7][0-9a-fA-F]){4}/
        $unicode_escapes = /(\\u00[4-7][0-9a-fA-F]){2}/
        $characters = /\bchr\s*\(\s*[^)\n]{1,40}\)\s*(\+|,)\s*(chr|str|u?nichr)/
        $reversed = /['"]\s*\[\s*:\s*:\s*-\s*1\s*\]/
        $reversed_array = /\.reverse\s*\(\s*\)\s*\.\s*join/
        $bracketed = /\b(process|global|globalThis)\s*\[\s*['"`]/
        $required = /\brequire\s*\(\s*['"`][^'"`\n]{0,40}['"`]\s*\+/
        // letters that Python takes for ASCII ones in a name: mathematical and full-width forms
        $mathematical = /\xF0\x9D[\x90-\x9E].(\xF0\x9D[\x90-\x9E].|\w){0,14}[ \t]*[(=.;\n]/s
        $full_width = /\xEF\xBD[\x81-\x9A](\xEF\xBD[\x81-\x9A]|\w){0,14}[ \t]*[(=.;\n]/
    condition:
        any of them
}

rule run {
    strings:
        $call = /(^|[^.\w])(exec|eval|compile|execfile|Function|execSync|spawn|spawnSync|fork)\s*\(/
        $member = /\b(window|globalThis|global|self|top|builtins|__builtins__)\s*\.\s*(exec|eval|compile|Function)\b/
        $process = /\b(subprocess|popen|startfile|posix_spawn|pty|ctypes|runInThisContext)\b/
        $system = /\.\s*(system|popen|spawn[lv]\w{0,3}|exec[lv]\w{0,3})\s*\(/
        $import = /\b(__import__|import_module|run_module|run_path|exec_module|builtins|__dict__|__getattribute__)\b/
    condition:
        any of them
}

rule fetch {
    strings:
        $python = /\b(urlopen|urlretrieve|http\.client|HTTPSConnection|HTTPConnection|import[ \t]+(requests|httpx|aiohttp|socket)|(requests|httpx|aiohttp|socket)\s*\.\s*\w{3,20}\s*\()/
        $javascript = /\b(XMLHttpRequest|axios|https?\.(get|request)|fetch\s*\(|WebSocket|net\.(connect|createConnection|Socket)|dns\.(lookup|resolve))\b/
        $required = /\brequire\s*\(\s*['"`](node:)?(https?|net|dns|tls|dgram|os|fs|crypto)['"`]/
    condition:
        any of them
}

rule decode {
    strings:
        $call = /\b(b64decode|b32decode|b85decode|a85decode|unhexlify|fromhex|rot13|atob|unescape|fromCharCode|fromCodePoint|Fernet|hex2bin)\b/
        $module = /\b(base64|marshal|zlib|lzma|bz2|codecs|AES)\s*\.\s*\w/
        $buffer = /['"`](base64|hex)['"`]/
        $joined = /['"]\s*\.\s*join\s*\(\s*(map|\[|reversed|chr|\()/
        $joined_array = /\]\s*\.\s*join\s*\(\s*['"`]{2}\s*\)/
        $reversed = /\[\s*:\s*:\s*-\s*1\s*\]/
        $bracketed = /\b(window|module|this|require)\s*\[\s*['"`]/
    condition:
        any of them
}

// A module's names under others: what they do may stand anywhere in the file.
rule renamed {
    strings:
        $as = /\bimport[ \t][^\n]{0,40}\b(base64|binascii|codecs|zlib|marshal|requests|httpx|aiohttp|urllib\.request|socket|http\.client)[ \t]+as\b/
        $from = /\bfrom[ \t]+(base64|binascii|codecs|zlib|marshal|requests|httpx|aiohttp|urllib\.request|urllib2|socket|http\.client)[ \t]+import\b/
    condition:
        any of them
}
