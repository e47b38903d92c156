rule python_drop_off {
    meta:
        title = "Data is sent to a drop-off"
        severity = "info"
        confidence = "medium"
        languages = "python"
        behaviour = "exfiltrate"
        description = "Code names a service that receives data from anywhere: a catcher of requests, a tunnel, a paste or file drop, or a name server asked for a name that was put together. Alone it is information."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1567/, https://attack.mitre.org/techniques/T1071/004/"
    strings:
        $catcher = /\b(webhook\.site|requestbin|pipedream\.net|burpcollaborator\.net|oastify\.com|interact\.sh|interactsh|oast\.(fun|pro|live|site|online|me)|canarytokens\.\w{2,4}|beeceptor\.com|requestcatcher\.com|hookbin\.com|ngrok(-free)?\.(io|app|dev)|trycloudflare\.com|serveo\.net|loca\.lt|localhost\.run|dnslog\.cn|ceye\.io|bxss\.me|dnshook\.site|requestrepo\.com|hookdeck\.com|play\.svix\.com|xss\.ht|postb\.in|request\.bin|mockbin\.\w{2,3}|typedwebhook\.tools|repl\.co|workers\.dev\/|glitch\.me|herokuapp\.com|eo\w{5,16}\.m\.pipedream)/
        $transfer = /\b(transfer\.sh|file\.io|gofile\.io|anonfiles\.com|catbox\.moe|0x0\.st|bashupload\.com|temp\.sh|ix\.io|termbin\.com|hastebin\.com|pastebin\.com\/api|rentry\.co)/
        $name = /\bsocket\.(gethostbyname(_ex)?|getaddrinfo)\s*\(\s*(f[\'"]|[\'"][^\'"\n]{0,80}[\'"]\s*(%|\.format|\+)|[\w.()\[\]]{1,60}\s*\+|str\s*\()/
        $name_command = /\b(nslookup|dig|ping)\b[\'"]?[ ,][^\n]{0,60}(\$\(|\{\w|%s|[\'"]\s*(\+|%)|`)/
        $resolver = /\.(resolve|query)\s*\(\s*(f[\'"]|[\'"][^\'"\n]{0,60}[\'"]\s*(%|\.format|\+)|\w{1,40}\s*\+)[^\n]{0,100}[\'"](A|AAAA|TXT|CNAME|MX)[\'"]/
    condition:
        any of them
}
