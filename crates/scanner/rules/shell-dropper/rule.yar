rule shell_dropper {
    meta:
        title = "A shell downloads a program, hides it and starts it"
        severity = "high"
        confidence = "high"
        behaviour = "download, drop, execute"
        description = "Shell code fetches a program into a temporary folder, makes it executable and starts it in the background, or pipes a script from a bare network address into a shell."
        recommendation = "Do not run or install it. Read the script, and look at what the address serves only on an isolated machine."
        references = "https://attack.mitre.org/techniques/T1105/, https://attack.mitre.org/techniques/T1059/004/, https://cwe.mitre.org/data/definitions/494.html"
    strings:
        $background = /\b(curl|wget)\b[^\n]{0,200}\/(tmp|dev\/shm|var\/tmp)\/.{0,220}\bchmod\s+(\+x|[ugao]\+x|[0-7]{3,4})\s.{0,220}(\bnohup\b|\bsetsid\b|\bdisown\b|>\s*\/dev\/null\s+2>&1\s*&)/s
        $bare_address = /\b(curl|wget)\b[^\n|]{0,160}(https?:\/\/)?[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}[:\/][^\n|]{0,160}\|\s*(sudo\s+)?((ba|z|da)?sh|python3?|perl)\b/
    condition:
        any of them
}
