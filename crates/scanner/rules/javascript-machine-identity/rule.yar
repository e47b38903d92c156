rule javascript_machine_identity {
    meta:
        title = "JavaScript finds out about the machine"
        severity = "info"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "discover"
        description = "JavaScript code reads host name, user, addresses or name servers of the machine."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1082/, https://attack.mitre.org/techniques/T1033/, https://attack.mitre.org/techniques/T1016/"
    strings:
        $system = /(\bos|\brequire\('(node:)?os'\))\.(hostname|userInfo|networkInterfaces)\(/
        $servers = /\brequire\('(node:)?dns'\)\.getServers\(/
        $address = /\b(api\.ipify\.org|ipinfo\.io|ip-api\.com|ifconfig\.me|icanhazip\.com|checkip\.amazonaws\.com|api\.myip\.com|ipapi\.co)\b/
        $command = /\(\s*['"`](whoami|hostname|systeminfo|uname -a|id|ifconfig|ipconfig)\b[^\n'"`]{0,30}['"`]/
    condition:
        any of them
}
