rule python_machine_made_names {
    meta:
        title = "Names that no person chose"
        severity = "info"
        confidence = "medium"
        languages = "python"
        behaviour = "obfuscate"
        description = "Python code names things by underscores only, by a long run of random letters, or in look-alike letters: the output of an obfuscator. Alone it is information."
        recommendation = "Do not install the package unless its author can say what these lines are for."
        references = "https://attack.mitre.org/techniques/T1027/010/"
    strings:
        $underscores = /(^|[\s;,(])_{4,300}\s*=[^=]/
        $letters = /\b(class|def)\s+[A-Za-z]{60}/
        $il = /\b[IlO01]{0,4}(IlI|lIl|IIl|llI|O0O|0O0)[IlO01]{7}/
        $hexes = /\b_0x[0-9a-f]{4,10}\b/
        $mixed = /(^|[\s;])_[0O]{8,60}\s*=/
    condition:
        (any of them and #underscores + #letters + #il + #hexes + #mixed > 0)
}
