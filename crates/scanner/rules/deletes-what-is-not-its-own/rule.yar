rule deletes_what_is_not_its_own {
    meta:
        title = "Code deletes a home folder or a whole disk"
        severity = "high"
        confidence = "medium"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "destroy"
        description = "Code removes everything below the root, the home folder or a drive."
        recommendation = "Do not install the package. If it ran, restore the machine from a backup."
        references = "https://attack.mitre.org/techniques/T1485/, https://attack.mitre.org/techniques/T1561/"
    strings:
        $shell = /(^|[\n;&|]|sudo)[ \t]{0,8}rm\s+(-[rRf]{1,3}\s+){1,2}(--no-preserve-root\s+)?['"]?(\/|\/\*|~|~\/|~\/\*|\$HOME|\$\{HOME\}|\/home|\/home\/\*)['"]?\s{0,3}($|[;&|\n])/
        $called = /\b(system|popen|exec|execSync|spawnSync|run|call|check_call|Popen)\(\s*\[?['"`](sudo )?rm\s+(-[rRf]{1,3}\s+){1,2}(--no-preserve-root\s+)?['"]?(\/|\/\*|~|~\/|~\/\*|\$HOME|\$\{HOME\}|\/home|\/home\/\*)['"]?\s{0,3}['"`;&|]/
        $javascript = /\b(rmSync|rmdirSync|rm|rmdir|rimraf|removeSync|emptyDirSync)\(\s*(require\('(node:)?os'\)\.homedir\(\)|process\.env\.(HOME|USERPROFILE)|['"`](\/|C:\\{1,2}|~\/?)['"`])\s*,?\s*[^\n]{0,60}\)/
        $windows = /\b(del\s+\/[fsq]\s+(\/[fsq]\s+){1,2}|rd\s+\/s\s+\/q\s+|rmdir\s+\/s\s+\/q\s+)['"]?(C:\\{1,2}\*?|%USERPROFILE%|%SystemRoot%|%SystemDrive%)/i
        $disk = /\bdd\s+if=\/dev\/(zero|urandom|random)\s+of=\/dev\/(sd[a-z]|nvme|hd[a-z]|disk|mmcblk)/
        $format = /\b(mkfs(\.\w{2,6})?\s+(-\w\s+)?\/dev\/(sd[a-z]|nvme|hd[a-z])|format\s+C:\s+\/[yq])/
        $shadow_copies = /\b(vssadmin(\.exe)?\s+delete\s+shadows|wmic\s+shadowcopy\s+delete|wbadmin\s+delete\s+catalog)\b/i
    condition:
        ((language == "shell" and $shell) or $called or $javascript or $windows or $disk or $format or $shadow_copies)
}
