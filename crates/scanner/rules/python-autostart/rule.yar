rule python_autostart {
    meta:
        title = "Python names a place of automatic start"
        severity = "info"
        confidence = "medium"
        languages = "python"
        behaviour = "persist"
        description = "Python code names an autostart folder, a Run key, a scheduled task, a service or a start-up file of the shell. Alone it is information."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1547/001/, https://attack.mitre.org/techniques/T1053/005/"
    strings:
        $folder = /Start Menu[\'",\\\/ ]{1,6}Programs[\'",\\\/ ]{1,6}Start-?[uU]p/
        $key = /CurrentVersion\\{1,4}Run(Once)?\b/
        $task = /\bschtasks(\.exe)?\b[^\n]{0,20}\/create\b/
        $task_shell = /\bRegister-ScheduledTask\b/
        $rc = /[\'"\/~](\.bashrc|\.zshrc|\.bash_profile|\.zprofile|\.profile)[\'"]/
        $unit = /\bsystemctl\s{1,3}(--user\s{1,3})?(enable|daemon-reload)\b/
        $agents = /Library\/Launch(Agents|Daemons)\b/
        $cron = /\bcrontab\s{1,3}-\b/
        $autostart = /\.config[\'",\/ ]{1,6}autostart\b/
        $wmi = /\b__EventFilter\b/
        $shortcut = /\bCreateShortCut\s*\(/
        $account = /\bnet1?(\.exe)?\s{1,3}(user|localgroup)\s[^\n]{1,60}\s\/add\b/
    condition:
        any of them
}
