rule python_encoded_execution {
    meta:
        title = "Python runs code that it hides in an encoding"
        severity = "high"
        confidence = "high"
        behaviour = "decode, execute"
        description = "Python code decodes, decompresses or unmarshals data and executes the result, which keeps what runs from being read."
        recommendation = "Do not install the package. Decode the data on an isolated machine to see what it does, and report the package."
        references = "https://attack.mitre.org/techniques/T1027/, https://attack.mitre.org/techniques/T1140/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        // exec(base64.b64decode(…))
        $nested = /\b(exec|eval)\s*\(\s*[^\n#]{0,120}(b64decode|b85decode|b32decode|a85decode|bytes\.fromhex|unhexlify|(zlib|lzma|bz2|gzip)['\")]{0,3}\.decompress|marshal\.loads|codecs\.decode|rot_?13)/
        // __import__('zlib').decompress(…) … exec(…)
        $imported_in_place = /__import__\s*\(\s*['\"](zlib|base64|marshal|lzma|bz2|codecs|binascii)['\"]\s*\)\s*\.\s*\w{4,14}\s*\(.{0,220}[\s;(](exec|eval)\s*\(/s
        // data = b64decode(…), then exec(data)
        $decoded_then_run = /(b64decode|b85decode|b32decode|a85decode|bytes\.fromhex|unhexlify|zlib\.decompress)\s*\([^\n]{1,160}\n.{0,220}[\s;](exec|eval)\s*\(\s*(compile\s*\(\s*)?[A-Za-z_][\w.]{0,40}\s*[,()]/s
    condition:
        any of them
}
