use super::super::Language;
use super::super::test_support::{assert_normal, normal};

#[test]
fn imports_are_resolved() {
    assert_normal(
        Language::Python,
        &[
            ("import os as o\no.system('x')", "import os as o\nos.system('x')"),
            ("import a.b as c\nc.d(1)", "import a.b as c\na.b.d(1)"),
            ("from os import system as s\ns(x)", "from os import system as s\nos.system(x)"),
            ("from os import (\n  system as s,\n)\ns(x)", "from os import (system as s,)\n\n\nos.system(x)"),
            ("from os import *\nsystem(x)", "from os import *\nos.system(x)"),
            (
                "def f():\n    import subprocess as p\n    p.run(x)",
                "def f():\n    import subprocess as p\n    subprocess.run(x)",
            ),
            ("from .os import system\nsystem(x)", "from .os import system\nsystem(x)"),
            (
                "def f():\n    s(x)\nfrom os import system as s",
                "def f():\n    os.system(x)\nfrom os import system as s",
            ),
        ],
    );
}

#[test]
fn dynamic_imports_and_attributes_are_resolved() {
    assert_normal(
        Language::Python,
        &[
            ("__import__('os').system('x')", "os.system('x')"),
            ("__import__('o' + 's').__dict__['system'](x)", "os.system(x)"),
            ("import importlib as i\ni.import_module('os').system(x)", "import importlib as i\nos.system(x)"),
            ("m = __import__('subprocess')\nm.Popen(['a'])", "m = subprocess\nsubprocess.Popen(['a'])"),
            ("import os\ngetattr(os, 'sys' 'tem')(x)", "import os\nos.system(x)"),
            ("getattr(__import__('os'), ''.join(['sys', 'tem']))(x)", "os.system(x)"),
            ("getattr(thing, 'run')(x)", "thing.run(x)"),
            ("getattr(getattr(a, 'b'), 'c')", "a.b.c"),
            ("import os\nvars(os)['system'](x)", "import os\nos.system(x)"),
            ("import sys\nsys.modules['os'].system(x)", "import sys\nos.system(x)"),
            ("globals()['exec'](x)", "exec(x)"),
            ("globals().get('ev' + 'al')(x)", "eval(x)"),
            ("locals()['__builtins__'].exec(x)", "exec(x)"),
            ("__builtins__['exec'](x)", "exec(x)"),
            ("__builtins__.__dict__['exec'](x)", "exec(x)"),
            ("import builtins as b\nb.exec(x)", "import builtins as b\nexec(x)"),
            ("exec.__call__(x)", "exec(x)"),
            ("eval('exec')(x)", "exec(x)"),
            ("\u{ff45}\u{1d4ed}\u{435}c(x)", "edec(x)"),
            ("\u{ff45}\u{ff58}ec(x)", "exec(x)"),
        ],
    );
}

#[test]
fn aliases_are_resolved() {
    assert_normal(
        Language::Python,
        &[
            ("e = exec\ne(x)", "e = exec\nexec(x)"),
            ("a, b = exec, eval\nb(x)", "a, b = exec, eval\neval(x)"),
            ("a = b = exec\na(x)", "a = b = exec\nexec(x)"),
            ("(e := exec)(x)", "exec(x)"),
            ("def f(x, e=exec):\n    e(x)", "def f(x, e=exec):\n    exec(x)"),
            (
                "import base64\nb = base64.b64decode\nb(x)",
                "import base64\nb = base64.b64decode\nbase64.b64decode(x)",
            ),
            ("r = lambda c: exec(c)\nr(x)", "r = lambda c: exec(c)\nexec(x)"),
            ("(lambda: exec)()(x)", "exec(x)"),
            (
                "class A:\n    def __init__(self):\n        self.e = exec\n    def f(self):\n        self.e(x)",
                "class A:\n    def __init__(self):\n        self.e = exec\n    def f(self):\n        exec(x)",
            ),
            ("e = exec\nif x:\n    e = f()\ne(x)", "e = exec\nif x:\n    e = f()\nexec(x)"),
            ("d = {'r': exec}\nd['r'](x)", "d = {'r': exec}\nexec(x)"),
            ("def f(exec):\n    exec(x)", "def f(exec):\n    exec(x)"),
            ("a = b\nb = a\nb(x)", "a = b\nb = a\nb(x)"),
        ],
    );
}

#[test]
fn constants_are_computed() {
    assert_normal(
        Language::Python,
        &[
            ("f('a' + \"b\" 'c')", "f('abc')"),
            ("f('a' + 'b' + x)", "f('ab' + x)"),
            ("f('%s%c' % ('a', 66))", "f('aB')"),
            ("f('{}{}'.format('a', 'b'))", "f('ab')"),
            ("f(f'a{\"b\"}c')", "f('abc')"),
            ("f(f'a{x}c')", "f(f'a{x}c')"),
            ("f('ab' * 2)", "f('abab')"),
            ("f('-'.join(('a', 'b')))", "f('a-b')"),
            ("f('a_b'.replace('_', ''))", "f('ab')"),
            ("f('cexe'[::-1])", "f('exec')"),
            ("f('xexecx'[1:-1])", "f('exec')"),
            ("f(''.join(reversed('lave')))", "f('eval')"),
            ("f(chr(101) + chr(0x76))", "f('ev')"),
            ("f(chr(ord('d') + 1))", "f('e')"),
            ("f(''.join(chr(c ^ 1) for c in [100, 119]))", "f('ev')"),
            ("f(''.join(chr(ord(a) ^ b) for a, b in zip('dw', [1, 1])))", "f('ev')"),
            ("j = ''.join\nf(j(['e', 'v']))", "j = ''.join\nf('ev')"),
            ("f(''.join(map(chr, [101, 118])))", "f('ev')"),
            ("f(''.join([chr(ord(c) - 1) for c in 'fwbm']))", "f('eval')"),
            ("f(bytes([101, 118]).decode())", "f('ev')"),
            ("f(bytes.fromhex('65 76').decode('utf-8'))", "f('ev')"),
            ("import codecs\nf(codecs.decode('rkrp', 'rot13'))", "import codecs\nf('exec')"),
            ("f('\\x65\\u0076')", "f('ev')"),
            ("f(chr(int('0x65', 16)) + chr(len('aaaa') * 25))", "f('ed')"),
            ("f(hex(255)[2:])", "f('ff')"),
            ("f(str(b'ev', 'ascii'))", "f('ev')"),
            ("f(['a', 'b'][1])", "f('b')"),
            ("f(('a'))", "f('a')"),
        ],
    );
}

#[test]
fn decoded_constants_stand_beside_what_decodes_them() {
    assert_normal(
        Language::Python,
        &[
            (
                "import base64\nbase64.b64decode('aW1wb3J0IG9z')",
                "import base64\nbase64.b64decode('aW1wb3J0IG9z', 'import os')",
            ),
            (
                "from base64 import b64decode as d\nexec(d('aW1wb3J0IG9zIGFzIG8=').decode())",
                "from base64 import b64decode as d\nexec(base64.b64decode('aW1wb3J0IG9zIGFzIG8=', 'import os as o').decode()); import os as o",
            ),
            ("import base64\nf(base64.b64decode(x))", "import base64\nf(base64.b64decode(x))"),
            (
                "exec('import os as o;o.system(x)')",
                "exec('import os as o;o.system(x)'); import os as o;os.system(x)",
            ),
            (
                "exec(compile('''\ne = exec\ne(x)\n''', 'a', 'exec'))\ny",
                "exec(compile('\\ne = exec\\ne(x)\\n', 'a', 'exec')); e = exec; exec(x)\n\n\n\ny",
            ),
            (
                "import sys\nrun([sys.executable, '-c', 'e = exec; e(x)'])",
                "import sys\nrun([sys.executable, '-c', 'e = exec; e(x)']); e = exec; exec(x)",
            ),
        ],
    );
}

#[test]
fn variables_and_helper_functions_are_substituted() {
    assert_normal(
        Language::Python,
        &[
            ("u = 'http://x'\nget(u)", "u = 'http://x'\nget('http://x')"),
            ("def f():\n    get(U)\nU = 'a'", "def f():\n    get('a')\nU = 'a'"),
            ("u = 'a'\nu += 'b'\nget(u)", "u = 'a'\nu += 'b'\nget('ab')"),
            ("u = 'a'\nfor x in y:\n    u += x\nget(u)", "u = 'a'\nfor x in y:\n    u += x\nget(u)"),
            ("u = 'a'\ndef f(u):\n    get(u)", "u = 'a'\ndef f(u):\n    get(u)"),
            ("def d(s):\n    return s[::-1]\nf(d('lave'))", "def d(s):\n    return s[::-1]\nf('eval')"),
            (
                "import base64\ndef d(s):\n    return base64.b64decode(s).decode()\nexec(d(x))",
                "import base64\ndef d(s):\n    return base64.b64decode(s).decode()\nexec(base64.b64decode(x).decode())",
            ),
            (
                "def run(c):\n    import os\n    os.system(c)\nrun(x)",
                "def run(c):\n    import os\n    os.system(c)\nos.system(x)",
            ),
            (
                "import requests\nr = requests.get('u')\nexec(r.text)",
                "import requests\nr = requests.get('u')\nexec(requests.get('u').text)",
            ),
            (
                "import requests\nt = requests.get('u').text\nexec(t)",
                "import requests\nt = requests.get('u').text\nexec(requests.get('u').text)",
            ),
            ("def f(x):\n    return f(x)\nf(1)", "def f(x):\n    return f(x)\nf(1)"),
            ("def add(a, b):\n    return a + b\nadd(x, y)", "def add(a, b):\n    return a + b\nadd(x, y)"),
            ("l = []\nl.append(x)\nf(''.join(l))", "l = []\nl.append(x)\nf(''.join(l))"),
        ],
    );
}

#[test]
fn statements_stay_on_their_lines() {
    assert_normal(
        Language::Python,
        &[
            ("os.system(\n  'a'\n  'b',  # why\n)\nx", "os.system('ab',)\n\n\n\nx"),
            ("a = 1; b = \\\n  2\nc", "a = 1; b = 2\n\nc"),
            ("'''doc\nstring'''\nx", "\n\nx"),
            ("x = '''a\nb'''\ny", "x = 'a\\nb'\n\ny"),
            ("# a\n\nx # b\n", "\n\nx\n"),
            ("if x:\n    y\nelse:\n    z\n", "if x:\n    y\nelse:\n    z\n"),
            ("f(\n  lambda x: (\n    x\n  )\n)\ny", "f(lambda x: (x))\n\n\n\n\ny"),
            (
                "x = [\n  1,\n  2,\n]\n@d\ndef f(\n  a,\n): pass",
                "x = [1, 2,]\n\n\n\n@d\ndef f(a,):\n\n   pass",
            ),
            ("os . system ( x )", "os.system(x)"),
            ("def f(:\n  e = exec\n  e(x)\n", "def f(:\n  e = exec\n  exec(x)\n"),
        ],
    );
}

#[test]
fn documentation_that_is_executed_is_seen() {
    let text = normal(Language::Python, "'''e = exec; e(x)'''\nexec(__doc__)");
    assert_eq!(text, "\nexec('e = exec; e(x)'); e = exec; exec(x)");
}
