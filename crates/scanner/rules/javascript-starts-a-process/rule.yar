rule javascript_starts_a_process {
    meta:
        title = "JavaScript starts a process"
        severity = "info"
        confidence = "high"
        languages = "javascript, typescript"
        behaviour = "execute"
        description = "JavaScript code starts another program."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1059/007/"
    strings:
        // git and npm are asked by honest installers, and commands of a package hand their arguments on
        $direct = /\brequire\('(node:)?child_process'\)\.(exec|execSync|execFile|execFileSync|spawn|spawnSync|fork)\(\s*(['"`]([^gn'"`\n]|g[^i]|n[^op])|['"`]node\s|[\w$.]{1,60}(\[\w{1,10}\])?\s*(\)|\+|,\s*(\{|\(|function|\[)))/
        $promised = /\brequire\('(node:)?util'\)\.promisify\(require\('(node:)?child_process'\)\.exec/
        $other = /\b(Bun\.spawn(Sync)?|new Deno\.Command|Deno\.run)\(/
    condition:
        any of them
}
