rule python_decoding {
    meta:
        title = "Python decodes data"
        severity = "info"
        confidence = "high"
        languages = "python"
        behaviour = "decode"
        description = "Python code decodes, decompresses, decrypts or unmarshals data. Alone it is information."
        recommendation = "Nothing to do for this alone."
        references = "https://attack.mitre.org/techniques/T1140/"
    strings:
        $base = /\b(b64decode|b32decode|b16decode|b85decode|a85decode|unhexlify|a2b_hex|a2b_base64)\s*\(/
        $packed = /\b(zlib|lzma|bz2|gzip)\.decompress\s*\(/
        $hex = /\bbytes\.fromhex\s*\(/
        $hex_array = /\bbytearray\.fromhex\s*\(/
        $codec = /\bcodecs\.decode\s*\(/
        $marshal = /\bmarshal\.loads\s*\(/
        $decrypt = /\.decrypt(_and_verify)?\s*\(/
    condition:
        any of them
}
