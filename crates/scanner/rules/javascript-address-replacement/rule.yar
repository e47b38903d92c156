rule javascript_address_replacement {
    meta:
        title = "Payment addresses are replaced"
        severity = "high"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "capture"
        description = "Code looks for the form of crypto-currency addresses and writes to the clipboard, or changes requests of a page, so that money goes to somebody else."
        recommendation = "Do not install the package, and report it to its registry. If it ran anywhere, treat that machine as known to others."
        references = "https://attack.mitre.org/techniques/T1115/, https://attack.mitre.org/techniques/T1657/"
    strings:
        $clipboard = /(\[13\]\[a-km-zA-HJ-NP-Z1-9\]|\(bc1\||\^?bc1\[|0x\[a-fA-F0-9\]\{40\}|T\[A-Za-z1-9\]\{33\}|\^T\[).{0,600}(clipboard[\w']{0,12}\)?\.(write|writeText|writeSync|copy)\(|\bpbcopy\b|Set-Clipboard|xclip -sel)/s
        $clipboard_first = /(clipboard[\w']{0,12}\)?\.(read|readText|readSync|paste)\(|\bpbpaste\b|Get-Clipboard).{0,600}(\[13\]\[a-km-zA-HJ-NP-Z1-9\]|\(bc1\||\^?bc1\[|0x\[a-fA-F0-9\]\{40\}|T\[A-Za-z1-9\]\{33\})/s
        $page = /(XMLHttpRequest\.prototype\.(open|send)|window\.fetch|globalThis\.fetch|ethereum\.request)\s*=\s.{0,900}(\[13\]\[a-km-zA-HJ-NP-Z1-9\]|\(bc1\||\^?bc1\[|0x\[a-fA-F0-9\]\{40\}|eth_sendTransaction)/s
    condition:
        any of them
}
