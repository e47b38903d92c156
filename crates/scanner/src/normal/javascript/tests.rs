use super::super::Language;
use super::super::test_support::assert_normal;

#[test]
fn modules_are_resolved() {
    assert_normal(
        Language::JavaScript,
        &[
            (
                "const cp = require('child_process'); cp.exec(x)",
                "const cp = require('child_process'); require('child_process').exec(x)",
            ),
            (
                "const {exec: e} = require('node:child_process');\ne(x)",
                "const {exec: e} = require('child_process');\nrequire('child_process').exec(x)",
            ),
            (
                "const {exec} = require('child_process');\nexec(x)",
                "const {exec} = require('child_process');\nrequire('child_process').exec(x)",
            ),
            (
                "import {exec as e} from 'node:child_process';\ne(x)",
                "import {exec as e} from 'node:child_process';\nrequire('child_process').exec(x)",
            ),
            (
                "import * as c from 'child_process';\nc.exec(x)",
                "import * as c from 'child_process';\nrequire('child_process').exec(x)",
            ),
            (
                "import c from 'child_process';\nc.exec(x)",
                "import c from 'child_process';\nrequire('child_process').exec(x)",
            ),
            ("r = require;\nr('fs').x()", "r = require;\nrequire('fs').x()"),
            ("module.require('fs').x()", "require('fs').x()"),
            ("process.mainModule.require('fs').x()", "require('fs').x()"),
            ("process['mainModule']['require']('fs')['x']()", "require('fs').x()"),
            ("global['require']('child' + '_process').exec(x)", "require('child_process').exec(x)"),
            ("(await import('child_process')).exec(x)", "require('child_process').exec(x)"),
            ("require('child_process')['ex' + 'ec'](x)", "require('child_process').exec(x)"),
            ("import('fs').then(f => f.x())", "require('fs').then(f => require('fs').x())"),
            ("import('fs').then((f) => f.x())", "require('fs').then((f) => require('fs').x())"),
            ("import {a} from './a'; a(x)", "import {a} from './a'; a(x)"),
        ],
    );
}

#[test]
fn names_and_members_are_resolved() {
    assert_normal(
        Language::JavaScript,
        &[
            ("(0, eval)(x)", "eval(x)"),
            ("const e = eval; e(x)", "const e = eval; eval(x)"),
            ("window['ev' + 'al'](x)", "eval(x)"),
            ("globalThis.eval(x)", "eval(x)"),
            ("\\u0065val(x)", "eval(x)"),
            ("eval.call(null, x)", "eval(x)"),
            ("a['b']['c-d']", "a.b['c-d']"),
            ("a?.['b']", "a.b"),
            ("[]['filter']['constructor'](x)()", "Function(x)()"),
            ("(function(){}).constructor('e = eval; e(x)')", "Function('e = eval; e(x)'); e = eval; eval(x)"),
            ("new Function('return process')", "new Function('return process'); return process"),
            ("setTimeout('e = eval; e(x)', 1)", "setTimeout('e = eval; e(x)', 1); e = eval; eval(x)"),
            ("Reflect.get(global, 'eval')(x)", "eval(x)"),
            ("function f(eval) { eval(x) }", "function f(eval) { eval(x) }"),
            ("const o = {a: 'ev', b: 'al'};\nwindow[o.a + o.b](x)", "const o = {a: 'ev', b: 'al'};\neval(x)"),
            ("this['eval'](x)", "this.eval(x)"),
        ],
    );
}

#[test]
fn constants_are_computed() {
    assert_normal(
        Language::JavaScript,
        &[
            ("f('\\x65\\u0076\\u{61}\\154')", "f('eval')"),
            ("f('a' + \"b\" + 1)", "f('ab1')"),
            ("f('a' + 'b' + x)", "f('ab' + x)"),
            ("f(`a${'b'}c`)", "f('abc')"),
            ("f(`a${x}c`)", "f(`a${x}c`)"),
            ("f('lave'.split('').reverse().join(''))", "f('eval')"),
            ("f(String.fromCharCode(101, 118))", "f('ev')"),
            ("f(String.fromCharCode(...[101, 118]))", "f('ev')"),
            ("f([101, 118].map(c => String.fromCharCode(c)).join(''))", "f('ev')"),
            ("f(Buffer.from('6576', 'hex').toString())", "f('ev')"),
            ("f(unescape('%65%76'))", "f('ev')"),
            ("f(decodeURIComponent('%65%76'))", "f('ev')"),
            ("f('a-b'.replace(/-/g, ''))", "f('ab')"),
            ("f('xev'.slice(1) + 'al'.charAt(0))", "f('eva')"),
            ("const _0x = ['a', 'b'];\nf(_0x[1])", "const _0x = ['a', 'b'];\nf('b')"),
            ("f(['a', 'b'].join(''))", "f('ab')"),
            ("f(parseInt('101', 10) + '')", "f('101')"),
            ("f((14).toString(36) + (31).toString(36))", "f('ev')"),
        ],
    );
}

#[test]
fn decoded_constants_stand_beside_what_decodes_them() {
    assert_normal(
        Language::JavaScript,
        &[
            (
                "eval(atob('ZSA9IGV2YWw7IGUoeCk='))",
                "eval(atob('ZSA9IGV2YWw7IGUoeCk=', 'e = eval; e(x)')); e = eval; eval(x)",
            ),
            (
                "f(Buffer.from('cmVxdWlyZSgnZnMnKQ==', 'base64').toString())",
                "f(Buffer.from('cmVxdWlyZSgnZnMnKQ==', 'base64', \"require('fs')\").toString())",
            ),
            ("window[atob('ZXZhbA==')](x)", "eval(x)"),
        ],
    );
}

#[test]
fn variables_and_helper_functions_are_substituted() {
    assert_normal(
        Language::JavaScript,
        &[
            ("const u = 'http://x';\nfetch(u)", "const u = 'http://x';\nfetch('http://x')"),
            (
                "f(d('lave'));\nfunction d(s) { return s.split('').reverse().join('') }",
                "f('eval');\nfunction d(s) { return s.split('').reverse().join('') }",
            ),
            (
                "const d = s => Buffer.from(s, 'base64');\neval(d(x))",
                "const d = s => Buffer.from(s, 'base64');\neval(Buffer.from(x, 'base64'))",
            ),
            ("const g = i => ['a', 'b'][i];\nf(g(1))", "const g = i => ['a', 'b'][i];\nf('b')"),
            (
                "const o = {c: require('child_process')};\no.c.exec(x)",
                "const o = {c: require('child_process')};\nrequire('child_process').exec(x)",
            ),
        ],
    );
}

#[test]
fn statements_stay_on_their_lines() {
    assert_normal(
        Language::JavaScript,
        &[
            ("cp\n  .exec(\n  'a' + // why\n  'b'\n)\nx", "cp.exec('ab')\n\n\n\n\nx"),
            ("f(function () {\n  g(\n    1)\n  h()\n})\nx", "f(function () {\n  g(1)\n\n  h()\n})\nx"),
            ("/* a\nb */ x", "\n     x"),
            ("`a\nb`\nx", "'a\\nb'\n\nx"),
            ("if (x) {\n  y\n}\nelse {\n  z\n}\n", "if (x) {\n  y\n}\nelse {\n  z\n}\n"),
            ("a/**/b", "a b"),
            (
                "const E = require('events');\nE.on.call(b, 'd', function () {\n  x\n})\ny",
                "const E = require('events');\nrequire('events').on('d', function () {\n  x\n})\ny",
            ),
        ],
    );
}

#[test]
fn types_do_not_hide_code() {
    assert_normal(
        Language::TypeScript,
        &[
            (
                "import {exec as e} from 'child_process';\nconst x: string = 'a';\ne(x)",
                "import {exec as e} from 'child_process';\nconst x: string = 'a';\nrequire('child_process').exec('a')",
            ),
            (
                "import c = require('child_process');\nc.exec(x)",
                "import c = require('child_process');\nrequire('child_process').exec(x)",
            ),
            ("(globalThis as any)['eval'](x)", "eval(x)"),
            ("const e = eval!;\ne(x)", "const e = eval;\neval(x)"),
            (
                "function d(s: string): string { return atob(s) }\neval(d(x))",
                "function d(s: string): string { return atob(s) }\neval(atob(x))",
            ),
        ],
    );
}
