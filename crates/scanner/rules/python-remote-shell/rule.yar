rule python_remote_shell {
    meta:
        title = "Commands come from the network"
        severity = "high"
        confidence = "high"
        languages = "python"
        behaviour = "network, shell"
        description = "Python code runs in a shell what somebody sends by socket, web request or chat."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1059/, https://attack.mitre.org/techniques/T1102/002/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $received = /\.recv\s*\(.{0,500}(os\.(system|popen)|subprocess\.(Popen|run|call|check_output|getoutput))\s*\(/s
        $request = /\b(os\.(system|popen)|subprocess\.(Popen|run|call|check_output|getoutput))\s*\(\s*[^\n]{0,40}\b(request\.(args|form|json|values|data)|message\.(text|content)|update\.message|ctx\.message|\.recv\s*\()/
        $piped = /(\.connect\s*\(\s*\(|create_connection\s*\().{0,400}(stdin\s*=\s*(subprocess\.)?PIPE|\/bin\/(ba|z|da)?sh|[\'"]cmd(\.exe)?[\'"]|powershell)/s
        $handler = /(message_handler|on_message|CommandHandler|@bot\.command|@client\.event).{0,1500}(os\.(system|popen)|subprocess\.(Popen|run|call|check_output|getoutput))\s*\(\s*[^\n\'"]{1,60}shell\s*=\s*True/s
    condition:
        any of them
}
