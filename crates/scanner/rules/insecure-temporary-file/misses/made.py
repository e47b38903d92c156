import tempfile
f, p = tempfile.mkstemp()
