rule task_scheduled {
    meta:
        title = "A task or service is registered with the system"
        severity = "low"
        confidence = "medium"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "persist"
        description = "Code registers a scheduled task, a Windows service, a login item or a WMI event, which starts something again without the user."
        recommendation = "Ask the author why the package has to start by itself."
        references = "https://attack.mitre.org/techniques/T1053/005/, https://attack.mitre.org/techniques/T1543/003/, https://attack.mitre.org/techniques/T1546/003/"
    strings:
        $task = /\bschtasks(\.exe)?['",\s]{1,6}\/create\b/i
        $cmdlet = /\b(Register-ScheduledTask|New-ScheduledTaskAction|New-Service)\b/i
        $service = /\bsc(\.exe)?\s+create\s+[\w"'-]{2,40}\s+binPath=/i
        $wmi = /\b(__EventFilter|CommandLineEventConsumer|ActiveScriptEventConsumer)\b/
        $agent = /\blaunchctl\s+load\s+-w\b[^\n]{0,80}LaunchAgents/
        $at = /\|\s*at\s+now\s*\+/
        $unit = /(>|\btee)\s*['"]?(\/etc\/systemd\/system|~\/\.config\/systemd\/user|\$HOME\/\.config\/systemd\/user)\/[\w@.-]{1,60}\.(service|timer)/
    condition:
        any of them
}
