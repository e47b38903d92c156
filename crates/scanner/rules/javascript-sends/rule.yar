rule javascript_sends {
    meta:
        title = "JavaScript sends to the network"
        severity = "info"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "network"
        description = "JavaScript code posts data, or opens a socket to another machine."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1041/"
    strings:
        $post = /\bmethod:\s*['"`](POST|PUT)['"`]/
        $library = /\b(axios|require\('(axios|got|needle|superagent|request|undici)'\)(\.default)?)\.(post|put)\(/
        $socket = /(\b(net|tls)|\brequire\('(node:)?(net|tls)'\))\.(connect|createConnection)\(/
        $connected = /\bnew \(?require\('(node:)?net'\)\.Socket\)?\(/
        $web_socket = /\bnew (WebSocket|\(?require\('ws'\)\)?)\(\s*['"`]wss?:\/\//
        $packet = /\brequire\('(node:)?dgram'\)\.createSocket\(/
    condition:
        any of them
}
