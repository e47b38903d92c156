rule python_network {
    meta:
        title = "Python opens the network"
        severity = "info"
        confidence = "high"
        languages = "python"
        behaviour = "network"
        description = "Python code calls a server. Alone it is information."
        recommendation = "Nothing to do for this alone."
        references = "https://attack.mitre.org/techniques/T1071/001/"
    strings:
        $requests = /\b(requests|httpx|cloudscraper)\.(get|post|put|patch|request|head|Session|session|Client|AsyncClient)\s*\(/
        $urlopen = /\b(urlopen|urlretrieve)\s*\(/
        $urlrequest = /\burllib\.request\.(Request|build_opener)\s*\(/
        $http = /\bHTTPS?Connection\s*\(/
        $pool = /\burllib3\.PoolManager\s*\(/
        $aiohttp = /\baiohttp\.(ClientSession|request)\s*\(/
        $socket = /\.connect\s*\(\s*\(/
        $create = /\bsocket\.create_connection\s*\(/
        $datagram = /\.sendto\s*\(/
        $mail = /\bsmtplib\.SMTP(_SSL)?\s*\(/
        $ftp = /\bftplib\.FTP(_TLS)?\s*\(/
        $websocket = /\b(websocket|websockets)\.(create_connection|connect|WebSocketApp)\s*\(/
        $name = /\bsocket\.(gethostbyname(_ex)?|getaddrinfo)\s*\(/
    condition:
        any of them
}
