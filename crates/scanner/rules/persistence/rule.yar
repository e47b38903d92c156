rule persistence {
    meta:
        title = "Something is made to start again by itself"
        severity = "high"
        confidence = "medium"
        behaviour = "persist"
        description = "Code writes to a place from which programs are started at login, at boot or by the clock: shell start-up files, cron, autostart folders, launch agents, the Windows Run key."
        recommendation = "Ask the author why the package has to start by itself. Do not install it if that is not what it is for."
        references = "https://attack.mitre.org/techniques/T1547/, https://attack.mitre.org/techniques/T1053/003/, https://attack.mitre.org/techniques/T1546/004/"
    strings:
        $cron_piped = /crontab\s+-l[^\n]{0,250}\|\s*crontab\b/
        $cron_file = /(>>?|\btee\s(-a\s)?)\s*\/(etc\/cron(tab|\.d\/)|var\/spool\/cron)/
        $python = /\bopen\s*\(\s*[^\n]{0,120}([\/'\"`~]\.(bashrc|zshrc|profile|bash_profile|zprofile)\b|\/etc\/rc\.local|\.config\/autostart|LaunchAgents|LaunchDaemons|systemd\/(user|system)\/)[^\n]{0,60},\s*['\"][aw]\+?b?['\"]/
        $javascript = /\b(appendFile|writeFile|createWriteStream)(Sync)?\s*\(\s*[^\n]{0,120}([\/'\"`~]\.(bashrc|zshrc|profile|bash_profile|zprofile)\b|\/etc\/rc\.local|\.config\/autostart|LaunchAgents|LaunchDaemons|systemd\/(user|system)\/)/
        // a line that fetches or decodes, put into a start-up file
        $shell = /\b(curl|wget|nohup|base64|python3?\s+-c)\b[^\n]{0,200}>>\s*['\"]?(~|\$HOME|\$\{HOME\})\/\.(bashrc|zshrc|profile|bash_profile|zprofile)\b/
        $run_key = /CurrentVersion\\{1,4}Run\b.{0,300}\b(SetValueEx|New-ItemProperty)\b/s
        $run_key_command = /\breg(\.exe)?['\",\s]+add\b[^\n]{0,100}CurrentVersion\\{1,4}Run\b/i
        $startup_folder = /\b(copy|move|rename|open|write)\w{0,8}\s*\([^\n]{0,160}Start Menu\\{1,4}Programs\\{1,4}Startup/i
    condition:
        any of them
}
