rule python_encoded_address {
    meta:
        title = "The address of a request is encoded"
        severity = "high"
        confidence = "high"
        languages = "python"
        behaviour = "decode, network"
        description = "Python code decodes the address that it calls, which hides the server from whoever reads or searches the code."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1027/, https://attack.mitre.org/techniques/T1071/001/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $in_call = /\b(requests\.(get|post|put|request|Session)|httpx\.(get|post)|urlopen|urlretrieve|Request|HTTPS?Connection)\s*\(\s*(url\s*=\s*)?[^\n]{0,60}(b64decode|fromhex|unhexlify|\[\s*::\s*-1\s*\]|rot_?13|chr\s*\(\s*ord)/
        $literal = /b64decode\s*\(\s*b?[\'"](aHR0cHM6Ly|aHR0cDovL)/
        $reversed = /[\'"][\w\/.?=&-]{4,120}\/\/:s?ptth[\'"]/
        $decoded = /(b64decode|fromhex|unhexlify)\s*\(\s*[^\n]{8,400},\s*[\'"]https?:\/\//
    condition:
        any of them
}
