rule javascript_drop_off {
    meta:
        title = "JavaScript names a place made for taking data out"
        severity = "info"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "exfiltrate"
        description = "JavaScript code holds the address of a webhook, messenger bot, request catcher, tunnel or paste site, or asks for a host name that it computes."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1567/, https://attack.mitre.org/techniques/T1071/004/, https://attack.mitre.org/techniques/T1102/"
    strings:
        $webhook = /\b(discord(app)?\.com\/api\/(v\d{1,2}\/)?webhooks\/|hooks\.slack\.com\/services\/)/
        $bot = /\bapi\.telegram\.org\/bot/
        $catcher = /\b(webhook\.site|requestbin\.\w{2,4}|[\w-]{1,40}\.pipedream\.net|requestcatcher\.com|beeceptor\.com|burpcollaborator\.net|oastify\.com|interact\.sh|[\w-]{10,60}\.oast\.\w{2,6}|canarytokens\.com|dnslog\.cn|ceye\.io)\b/
        $tunnel = /\b[\w-]{4,60}\.(ngrok(-free)?\.(io|app|dev)|trycloudflare\.com|serveo\.net|loca\.lt|localhost\.run)\b/
        $paste = /\b(pastebin\.com\/raw|transfer\.sh|file\.io|gofile\.io|anonfiles\.com|0x0\.st|hastebin\.com\/raw|rentry\.co\/\w{3,20}\/raw|catbox\.moe)\b/
        $computed_name = /\bdns'?\)?\.(lookup|resolve\w{0,3})\(\s*(`[^`\n]{0,60}\$\{[^`\n]{1,80}\}[^`\n]{0,40}\.[\w-]{2,40}\.\w{2,10}`|[\w$.()]{1,60}\s*\+\s*['"`]\.[\w.-]{4,60}['"`])/
    condition:
        any of them
}
