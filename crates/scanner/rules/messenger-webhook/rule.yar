rule messenger_webhook {
    meta:
        title = "Code posts to a chat"
        severity = "medium"
        confidence = "high"
        behaviour = "exfiltrate"
        description = "Code holds the address of one chat channel or the token of a chat bot, so that what it sends goes to whoever made the package."
        recommendation = "Do not install the package unless notifications to its author are what it is for."
        references = "https://attack.mitre.org/techniques/T1567/004/, https://attack.mitre.org/techniques/T1102/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $webhook = /\b(discord(app)?\.com|hooks\.slack\.com|webhook\.office\.com|oapi\.dingtalk\.com|open\.feishu\.cn)\/(api(\/v\d{1,2})?\/webhooks\/\d{15}|services\/T[A-Z0-9]{6,14}\/B|robot\/send\?access_token=[0-9a-f]{20}|webhookb2\/|open-apis\/bot\/v2\/hook\/)/
        $bot = /\bapi\.telegram\.org\/bot(\d{8,10}:[\w-]{30}|[\'"]?\s*[+{%])/
        $bot_token = /\d{8}:AA[\w-]{33}[\'"]/
        $relay = /\b(SyncWebhook|Webhook|AsyncWebhook|DiscordWebhook)(\.from_url|\.partial)?\s*\([^\n]{0,40}[\'"]https?:/
    condition:
        any of them
}
