# defanged sample
import tempfile
p = tempfile.mktemp()
