# An honest look-alike.
code = compile(source, name, 'exec')
exec(code, namespace)
