rule shell_makes_executable {
    meta:
        title = "A script makes a file executable or puts it into a temporary folder"
        severity = "info"
        confidence = "medium"
        languages = "shell"
        behaviour = "drop"
        description = "A shell script changes a file so that it can run, or saves a download to a temporary folder."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1222/002/"
    strings:
        $mode = /\bchmod\s+(-R\s+)?([ugoa]{0,3}\+[rwx]{0,2}x|0?[57][0-7]{2})\b/
        $saved = /\s(-o|-O|--output|>)\s*['"]?(\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|\$TMPDIR)/
    condition:
        any of them
}
