// Marks in sources that tell whether parsing is worth its cost: see candidate.rs. None of them is a finding.

// Python that runs something, or keeps what does under another name.
rule hidden_python {
    strings:
        $call = /(^|[^.\w])(exec|eval|execfile)\s*(\(|\\\r?\n|#)/
        $system = /\b(os|posix|nt)\s*\.\s*(system|popen|exec[lv]\w{0,3}|spawn[lv]\w{0,3}|startfile|posix_spawn\w{0,1}|__dict__)\b/
        $process_kept = /\bsubprocess\s*\.\s*(Popen|run|call|check_call|check_output|getoutput|__dict__)[ \t]*[\n\r,;:)\]}#\\]/
        $builtin_kept = /[=(,:\[{][ \t]*(exec|eval|compile|execfile|__import__)[ \t]*[\n\r,;)\]}#:]/
        $builtin_told = /\breturn[ \t]+(exec|eval|compile|execfile|__import__|os|subprocess)\b/
        $module_kept = /[=(:\[{][ \t]*(os|posix|nt|subprocess|builtins|pty|ctypes)[ \t]*[\n\r;,)\]}#]/
        $module_kept_too = /=[^\n=]{0,60}[, \t](os|posix|subprocess|builtins)[ \t]*[\n\r;)\]}#]/
        $as = /\b(os|posix|nt|subprocess|pty|builtins|ctypes|runpy|code)([ \t\f]|\\\r?\n){1,40}as\b/
        $from = /\bfrom([ \t\f]|\\\r?\n){1,40}(os|posix|nt|subprocess|pty|builtins|ctypes|runpy|code)([ \t\f]|\\\r?\n){1,40}import\b/
        $loaded = /\bsys\s*\.\s*modules\s*(\[\s*['"]|\.\s*(get|pop|__getitem__)\s*\()/
        $builtins = /\b__builtins__\s*(\.|\[|,|\))/
        $called_attribute = /\b__getattribute__\s*\([^\n]{0,80}\)\s*\(/
        $namespace = /\b(globals|locals|vars)\s*\(\s*\w{0,20}\s*\)\s*\[[^\]\n]{1,60}\]\s*[(.;,)\n]/
        $got = /\b(globals|locals|vars)\s*\(\s*\w{0,20}\s*\)\s*\.\s*(get|pop|__getitem__)\b/
        $imported = /\b(__import__|import_module)\s*\(\s*[^)\n]{0,60}\)\s*(\.|,|\n)/
        $attribute = /\bgetattr\s*\([^\n]{0,80}['"][^\n]{0,20}['"]\s*(\+|%|\.|\[)/
        $dangerous_attribute = /\bgetattr\s*\([^\n]{0,60}['"](system|popen|exec|eval|compile|Popen|run|call|check_output|__import__|b64decode|loads|urlopen)['"]/
        $module_attribute = /\bgetattr\s*\(\s*(os|subprocess|builtins|__import__\s*\([^\n)]{0,40}\))\s*,\s*[^'"]/
        $named_letter = /\\N\{[A-Z -]{3,60}\}/
    condition:
        language == "python" and any of them
}

// JavaScript that runs something, or keeps what does under another name.
rule hidden_javascript {
    strings:
        $child_process = /\b(child_process|mainModule|process\.binding|runInNewContext)\b/
        $eval_kept = /[=,(][ \t]*eval[ \t]*[;,\n\r)]/
        $eval_behind = /\beval\s*(\/\*|\?\.)/
        $require_kept = /=[ \t]*require[ \t]*[;\n\r]/
        $escaped_name = /\\u(\{0{0,4}[4-7][0-9a-fA-F]\}|00[4-7][0-9a-fA-F])\w{0,12}\s{0,2}\(/
        $constructor = /\bconstructor['"]?\]?\s*[.\[]\s*['"]?constructor\b/
        $reversed_array = /\.reverse\s*\(\s*\)\s*\.\s*join/
        $bracketed = /\b(process|global|globalThis)\s*\[\s*['"`]/
        $required = /\brequire\s*\(\s*['"`][^'"`\n]{0,40}['"`]\s*\+/
    condition:
        language != "python" and any of them
}

// Texts that are spelled so that nobody can read them.
rule hidden_text {
    strings:
        $escapes = /(\\x[4-7][0-9a-fA-F]){4}/
        $unicode_escapes = /(\\u00[4-7][0-9a-fA-F]){2}/
        $characters = /\bchr\s*\(\s*[^)\n]{1,40}\)\s*(\+|,)\s*(chr|str|u?nichr)/
        $reversed = /['"]\s*\[\s*:\s*:\s*-\s*1\s*\]/
    condition:
        any of them
}

rule run {
    strings:
        $call = /(^|[^.\w])(exec|eval|compile|execfile|Function|execSync|spawn|spawnSync|fork)\s*\(/
        $member = /\b(window|globalThis|global|self|top|builtins|__builtins__)\s*\.\s*(exec|eval|compile|Function)\b/
        $process = /\b(subprocess|popen|startfile|posix_spawn|pty|ctypes|runInThisContext|Reflect\s*\.\s*(get|apply)|setTimeout\s*\(\s*\w{1,20}\s*[,)])/
        $system = /\.\s*(system|popen|spawn[lv]\w{0,3}|exec[lv]\w{0,3})\s*\(/
        $import = /\b(__import__|import_module|run_module|run_path|exec_module|builtins|__dict__|__getattribute__)\b/
    condition:
        any of them
}

// Counts only in a small source.
rule named {
    strings:
        $run = /\b(exec|eval|Function|_compile|require\s*[;,)])/
        $system = /\b(os|posix)\s*[.,;)\n]/
    condition:
        any of them
}

rule fetch {
    strings:
        $python = /\b(urlopen|urlretrieve|http\.client|HTTPSConnection|HTTPConnection|import[ \t]+(requests|httpx|aiohttp|socket)|(requests|httpx|aiohttp|socket)\s*\.\s*\w{3,20}\s*\()/
        $javascript = /\b(XMLHttpRequest|axios|https?\.(get|request)|fetch\s*\(|WebSocket|net\.(connect|createConnection|Socket)|dns\.(lookup|resolve))/
        $required = /\brequire\s*\(\s*['"`](node:)?(https?|net|dns|tls|dgram|os|fs|crypto|vm)['"`]/
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

// A module's names under others.
rule renamed {
    strings:
        $as = /\b(base64|binascii|codecs|zlib|marshal|requests|httpx|aiohttp|urllib\.request|socket|http\.client)([ \t\f]|\\\r?\n){1,40}as\b/
        $from = /\bfrom([ \t\f]|\\\r?\n){1,40}(base64|binascii|codecs|zlib|marshal|requests|httpx|aiohttp|urllib\.request|urllib2|socket|http\.client)([ \t\f]|\\\r?\n){1,40}import\b/
    condition:
        any of them
}
