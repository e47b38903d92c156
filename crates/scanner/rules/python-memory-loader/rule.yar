rule python_memory_loader {
    meta:
        title = "Python puts native code into memory"
        severity = "high"
        confidence = "medium"
        languages = "python"
        behaviour = "inject"
        description = "Python code reserves memory that can run, copies data there and starts it, or loads code into another process."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1055/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $alloc = /\.(VirtualAlloc(Ex)?|VirtualProtect(Ex)?)\b.{0,800}\.(RtlMoveMemory|memmove|CreateThread|CreateRemoteThread|WriteProcessMemory)\b/s
        $remote = /\.(CreateRemoteThread|WriteProcessMemory|QueueUserAPC|NtCreateThreadEx)\s*\(/
    condition:
        any of them
}
