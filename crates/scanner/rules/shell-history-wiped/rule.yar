rule shell_history_wiped {
    meta:
        title = "The history of a shell is removed"
        severity = "low"
        confidence = "medium"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "obfuscate"
        description = "Commands turn off or delete what the shell remembers, so that nobody sees afterwards what was run."
        recommendation = "Ask what there is to hide. Read the commands around it."
        references = "https://attack.mitre.org/techniques/T1070/003/"
    strings:
        $cleared = /\bhistory\s+-(c|cw|wc)\b/
        $unset = /\b(unset\s+HISTFILE|HISTFILE=\/dev\/null|HISTSIZE=0|HISTFILESIZE=0|set\s+\+o\s+history)\b/
        $file = /(\brm\s+-\w{1,3}|>|\btruncate\s[^\n]{0,20}|\bshred\s[^\n]{0,20}|ln\s+-sf?\s+\/dev\/null)\s*(~|\$HOME|\/root|\/home\/\S{1,20})\/\.(bash|zsh|sh|python|node_repl)_history\b/
        $windows = /\b(Clear-History|Set-PSReadLineOption\s+-HistorySaveStyle\s+SaveNothing|wevtutil\s+cl|Clear-EventLog)\b/i
    condition:
        any of them
}
