rule python_host_facts {
    meta:
        title = "Python asks who and where it is"
        severity = "info"
        confidence = "high"
        languages = "python"
        behaviour = "discover"
        description = "Python code reads the name of the host or of the user, hardware numbers or the public address. Alone it is information."
        recommendation = "Nothing to do for this alone."
        references = "https://attack.mitre.org/techniques/T1082/, https://attack.mitre.org/techniques/T1033/, https://attack.mitre.org/techniques/T1016/"
    strings:
        $host = /\b(socket\.(gethostname|getfqdn)|platform\.(node|uname)|os\.(uname|getlogin)|getpass\.getuser|uuid\.getnode|psutil\.(net_if_addrs|users)|netifaces\.interfaces)\s*\(/
        $variable = /\bos\.(environ(\.get\s*\(\s*|\s*\[\s*)|getenv\s*\(\s*)[\'"](USERNAME|USER|LOGNAME|COMPUTERNAME|USERDOMAIN|HOSTNAME|USERPROFILE)[\'"]/
        $expanded = /\bos\.path\.expandvars\s*\(\s*[\'"][%$]\{?(USERNAME|USER|COMPUTERNAME|USERDOMAIN|HOSTNAME|userprofile)\b/
        $command = /(os\.(system|popen|startfile|exec[lv][pe]{0,2}|spawn[lv][pe]{0,2}|posix_spawnp?)|subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)|create_subprocess_(shell|exec)|pty\.spawn)\s*\(\s*\[?\s*[bf]?[\'"](whoami|hostname|uname|id|ifconfig|ipconfig|systeminfo|wmic|ps|ls|dir|env|set|printenv|cat|pwd|tasklist|net|arp)\b/
        $address = /\b(api\d{0,2}\.ipify\.org|ipinfo\.io|ip-api\.com|ifconfig\.(me|co)|icanhazip\.com|checkip\.\w{2,12}|ipapi\.co|ident\.me|httpbin\.org\/ip|myexternalip\.com|ip\.42\.pl|geolocation-db\.com|wtfismyip\.com|whatismyip\w{0,10}\.\w{2,4}|ipecho\.net|api\.myip\.com|jsonip\.com|l2\.io\/ip)/
        $hardware = /\bwmic\s{1,4}(csproduct|bios|diskdrive|cpu|path)\b/
    condition:
        any of them
}
