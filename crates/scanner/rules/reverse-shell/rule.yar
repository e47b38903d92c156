rule reverse_shell {
    meta:
        title = "A shell is opened to another machine"
        severity = "critical"
        confidence = "high"
        behaviour = "network, shell"
        description = "Code connects to another machine and wires a shell to the connection, which hands the machine over."
        recommendation = "Do not install the package. If it ran anywhere, take that machine off the network and treat it as lost."
        references = "https://attack.mitre.org/techniques/T1059/, https://attack.mitre.org/techniques/T1095/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $bash = /\b(ba|z|da)?sh\s+-i\b[^\n]{0,20}\/dev\/(tcp|udp)\//
        $netcat = /\b(nc|ncat|netcat)\s[^\n]{0,80}-(e|c)\s*['\"]?(\/bin\/)?(ba|z|da)?sh\b/
        $fifo = /\bmkfifo\s[^\n]{1,200}\|\s*(nc|ncat|netcat)\s/
        $python = /\.connect\s*\(.{0,300}\bdup2\s*\(\s*\w{1,30}\.fileno.{0,300}(\/bin\/(ba|z|da)?sh|pty\.spawn|cmd\.exe|powershell)/s
        $python_loop = /\.recv\s*\(.{0,300}(os\.popen\s*\(|shell\s*=\s*True).{0,300}\.send(all)?\s*\(/s
        $javascript = /\b(spawn|exec)\s*\(\s*['\"`](\/bin\/(ba|z|da)?sh|(ba|z|da)?sh|cmd(\.exe)?|powershell(\.exe)?)['\"`].{0,400}\.connect\s*\(.{0,250}\.pipe\s*\(\s*[\w$]{1,30}\.stdin/s
        $javascript_connected = /\b(net\.(connect|createConnection)|\.connect)\s*\(.{0,300}\b(spawn|exec)\s*\(\s*['\"`](\/bin\/(ba|z|da)?sh|(ba|z|da)?sh|cmd(\.exe)?|powershell(\.exe)?)['\"`].{0,250}(\.pipe\s*\(\s*[\w$]{1,30}\.stdin|stdio\s*:\s*\[)/s
    condition:
        any of them
}
