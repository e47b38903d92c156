rule analysis_avoided {
    meta:
        title = "Code looks for the tools of those who examine it"
        severity = "high"
        confidence = "medium"
        behaviour = "obfuscate"
        description = "Code goes through a list of debuggers, traffic recorders and programs of virtual machines, to stop them or to behave while they run."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1497/001/, https://attack.mitre.org/techniques/T1622/"
    strings:
        $tools = /['"](wireshark|fiddler|ollydbg|x64dbg|x32dbg|processhacker|httpdebuggerui|vboxservice|vboxtray|vmwaretray|vmtoolsd|joeboxcontrol|ida64|pestudio|ksdumper\w{0,8})(\.exe)?['"][^\n]{0,80}['"](wireshark|fiddler|ollydbg|x64dbg|x32dbg|processhacker|httpdebuggerui|vboxservice|vboxtray|vmwaretray|vmtoolsd|joeboxcontrol|ida64|pestudio|ksdumper\w{0,8})(\.exe)?['"]/
    condition:
        any of them
}
