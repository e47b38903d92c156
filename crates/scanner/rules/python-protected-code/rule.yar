rule python_protected_code {
    meta:
        title = "Python code that only its protector can read"
        severity = "medium"
        confidence = "high"
        languages = "python"
        behaviour = "obfuscate, execute"
        description = "The code is encrypted or compiled by a protection tool and decrypted in memory when it runs: nobody can inspect it."
        recommendation = "Use the package only if you trust its author without reading it."
        references = "https://attack.mitre.org/techniques/T1027/002/"
    strings:
        $pyarmor = /\b__pyarmor(_enter)?__\s*\(/
        $runtime = /\bfrom\s{1,3}[\w.]{0,40}pytransform\s{1,3}import\b/
        $runtime_new = /\bfrom\s{1,3}[\w.]{0,40}pyarmor_runtime\w{0,12}\s{1,3}import\b/
    condition:
        any of them
}
