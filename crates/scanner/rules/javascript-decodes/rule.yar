rule javascript_decodes {
    meta:
        title = "JavaScript decodes data"
        severity = "info"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "decode"
        description = "JavaScript code decodes, decompresses or decrypts data."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1140/"
    strings:
        $base64 = /\b(atob|Buffer\.from)\(\s*[^\n()]{1,120},?\s*['"`]?(base64|hex)['"`]?\s*\)\s*\.toString\(/
        $browser = /(^|[\s;{}(=,?:!&|>])(window\.|globalThis\.)?atob\(\s*[\w$.'"`]/
        $decipher = /\bcreateDecipheriv\(/
        $inflate = /\brequire\('(node:)?zlib'\)\.(inflate|inflateRaw|brotliDecompress)(Sync)?\(/
        $exclusive_or = /fromCharCode\([^\n]{0,80}charCodeAt\([^\n]{0,40}\)\s*\^/
    condition:
        any of them
}
