rule python_bare_address {
    meta:
        title = "A server is called by its number"
        severity = "info"
        confidence = "medium"
        languages = "python"
        behaviour = "exfiltrate"
        description = "Code calls a public address that has no name, as nobody does who wants to be found again. Alone it is information."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1071/001/"
    strings:
        $address = /https?:\/\/(1[1-9]|[2-9]\d|1[013-5]\d|12[0-68-9]|16[0-8]|17[013-9]|18\d|19[013-9]|2[0-4]\d|25[0-4])\.\d{1,3}\.\d{1,3}\.\d{1,3}(:|\/|[\'"])/
        $address_192 = /https?:\/\/192\.(\d{1,2}|1[0-57-9]\d|16[0-79]|2\d\d)\.\d{1,3}\.\d{1,3}(:|\/|[\'"])/
    condition:
        any of them
}
