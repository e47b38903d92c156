# defanged sample
run_simple('0.0.0.0', 80, app, use_debugger=True)
