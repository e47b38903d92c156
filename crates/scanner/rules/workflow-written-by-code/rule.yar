rule workflow_written_by_code {
    meta:
        title = "Code writes into the workflows of a repository"
        severity = "medium"
        confidence = "medium"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "propagate"
        description = "Code writes a file below .github/workflows, which runs with the secrets of the repository at its next push."
        recommendation = "Ask what the package needs a workflow for. Do not let it run where repositories can be pushed to."
        references = "https://attack.mitre.org/techniques/T1195/002/, https://attack.mitre.org/techniques/T1546/"
    strings:
        $javascript = /\b(writeFile|appendFile|createWriteStream|outputFile)(Sync)?\(\s*[^\n]{0,120}\.github[\/\\'"`, ]{1,8}workflows/
        $python = /\bopen\(\s*[^\n]{0,120}\.github[\/\\'", ]{1,8}workflows[^\n]{0,60},\s*['"][wa]/
        $shell = /(>>?|\btee)\s*['"]?[\w.\/${}-]{0,60}\.github\/workflows\/[\w.-]{1,60}\.ya?ml/
        $secrets = /\btoJSON\(\s*secrets\s*\)/
    condition:
        any of them
}
