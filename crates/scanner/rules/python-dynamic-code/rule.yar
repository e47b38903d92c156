rule python_dynamic_code {
    meta:
        title = "Python runs code that it has as data"
        severity = "info"
        confidence = "high"
        languages = "python"
        behaviour = "execute"
        description = "Python code hands data to the interpreter: exec, eval, or a module loaded from a path or bytes. Alone it is information."
        recommendation = "Nothing to do for this alone."
        references = "https://attack.mitre.org/techniques/T1059/006/, https://cwe.mitre.org/data/definitions/95.html"
    strings:
        $exec = /(^|[\s;=(,:\[])(builtins\.|__builtins__\.)?(exec|eval)\s*\(\s*[^\'")\s]/
        $literal = /(^|[\s;=(,:\[])(exec|eval)\s*\(\s*[bruf]{0,2}[\'"]/
        $loader = /\b(zipimport\.zipimporter|runpy\.run_path|exec_module|SourceFileLoader|SourcelessFileLoader|timeit\.(timeit|repeat|Timer)|(cProfile|profile|pdb)\.run(ctx|eval|call)?|InteractiveInterpreter|InteractiveConsole|runsource)\s*\(/
    condition:
        any of them
}
