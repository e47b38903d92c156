rule python_clipboard_swap {
    meta:
        title = "Wallet addresses in the clipboard are looked for"
        severity = "high"
        confidence = "medium"
        behaviour = "capture, credentials"
        description = "Code reads the clipboard or a page and compares it with the patterns of wallet addresses, as clippers do that replace the address."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1115/, https://attack.mitre.org/techniques/T1565/002/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $patterns = /(\^?0x\[[a-fA-F0-9-]{6,12}\]\{40\}|\[13\]\[a-km-zA-HJ-NP-Z1-9\]\{2\d,3\d\}|\[13\]\{1\}\[a-km|\bbc1\|?\[|\bT\[A-Za-z1-9\]\{33\}).{0,1500}([cC]lipboard|pyperclip)/s
        $patterns_after = /([cC]lipboard|pyperclip).{0,1500}(\^?0x\[[a-fA-F0-9-]{6,12}\]\{40\}|\[13\]\[a-km-zA-HJ-NP-Z1-9\]\{2\d,3\d\}|\[13\]\{1\}\[a-km|\bT\[A-Za-z1-9\]\{33\})/s
    condition:
        any of them
}
