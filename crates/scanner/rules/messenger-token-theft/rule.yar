rule messenger_token_theft {
    meta:
        title = "Code looks for tokens of a messenger"
        severity = "high"
        confidence = "high"
        behaviour = "credentials"
        description = "Code has the pattern of a messenger's login tokens, or goes through the folders where messengers and browsers keep them."
        recommendation = "Do not install the package. If it ran, log out of every session on that machine and change the passwords."
        references = "https://attack.mitre.org/techniques/T1528/, https://attack.mitre.org/techniques/T1539/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $token = /\[\\{1,2}w-\]\{24(,26)?\}\\?\.\[\\{1,2}w-\]\{6\}\\?\./
        $token_mfa = /\bmfa\\{1,2}\.\[\\{1,2}w-\]\{84\}/
        $token_encrypted = /dQw4w9WgXcQ:\[?/
        $folders = /\b(discordcanary|discordptb|Lightcord|Telegram Desktop[\\\/]{1,4}tdata)\b/
    condition:
        any of them
}
