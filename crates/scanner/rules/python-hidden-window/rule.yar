rule python_hidden_window {
    meta:
        title = "A program is started out of sight"
        severity = "info"
        confidence = "medium"
        languages = "python"
        behaviour = "shell"
        description = "A program is started without a window, past the execution policy, or with an encoded command. Alone it is information."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1564/003/, https://attack.mitre.org/techniques/T1059/001/"
    strings:
        $encoded = /\b(powershell|pwsh)\b[^\n]{0,120}-(e|ec|en|enc|EncodedCommand|enco\w{0,10})[\s\'",]{1,6}/i
        $policy = /-(ep|exec|ExecutionPolicy)[\s\'",]{1,6}(bypass|unrestricted)/i
        $flag = /\bcreationflags\s*=\s*(subprocess\.)?(CREATE_NO_WINDOW|DETACHED_PROCESS|0x0*8000000|134217728|8)\b/i
        $show = /\bShowWindow\s*\([^\n]{1,60},\s*0\s*\)/
        $hide = /\bSW_HIDE\b/
    condition:
        any of them
}
