rule python_install_network {
    meta:
        title = "The installation calls a server"
        severity = "low"
        confidence = "high"
        languages = "python"
        behaviour = "network"
        description = "setup.py opens the network while the package is built or installed. What it fetches nobody inspected, and what it sends nobody asked for."
        recommendation = "Prefer a wheel. Allow the package by name if its build is known to fetch something."
        references = "https://attack.mitre.org/techniques/T1195/002/, https://cwe.mitre.org/data/definitions/506.html"
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
        file_name matches /^(setup|sitecustomize|usercustomize)\.py$/i and any of them
}
