//! Our own parsers beside tree-sitter: where they read a source, the walk must write the same.

use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;

use super::budget::Budget;
use super::tree::Type;
use super::{Language, grammar, javascript, normal_text, python, quick_tree, walked};

/// The normal form by our own parser, if that reads the source, and by tree-sitter.
fn both(language: Language, source: &str) -> (Option<String>, String) {
    let budget = || Budget::new(source.len(), Duration::from_secs(10));
    let quick = quick_tree(language, source)
        .map(|tree| walked(language, source, &tree, &budget(), 0).expect("the source is under every cap"));
    let tree = grammar::of(language).parse(source, &budget()).expect("the source is under every cap");
    let slow = walked(language, source, &tree, &budget(), 0).expect("the source is under every cap");
    (quick, slow)
}

/// Asserts that our own parser reads the source, and to the same end.
fn assert_same(language: Language, source: &str) {
    let (quick, slow) = both(language, source);
    assert_eq!(quick.as_ref(), Some(&slow), "{source}");
}

#[test]
fn nodes_have_the_types_that_the_grammars_give_them() {
    let tables: [(Language, &[&Type]); 2] =
        [(Language::Python, python::NODE_TYPES), (Language::JavaScript, javascript::NODE_TYPES)];
    for (language, types) in tables {
        assert!(types.len() > 50);
        for what in types {
            let known = grammar::of(language).type_named(what.name, what.is_named);
            let known = known.unwrap_or_else(|| panic!("{language:?} has no {}", what.name));
            assert_eq!((known.kind, known.starts_line), (what.kind, what.starts_line), "{}", what.name);
        }
    }
}

/// Statements of every kind. None has a comment in a function or `await (…)`, which tree-sitter reads otherwise.
#[rustfmt::skip]
const PYTHON: &[&str] = &[
    "import os.path as p, sys", "from . import a", "from ..b.c import (d as e, f,)", "from x import *",
    "from __future__ import annotations", "x = 'a' 'b' + \"c\"", "a, *b = c, d", "(a, b), [c] = d = e", "x: int = 3",
    "x.y[0] += f(*a, **k, b=1)", "del a, b[1:2, ::3]", "assert a, 'b'", "raise A from b", "global a, b",
    "print(f'{x!r}b{{c}}{y,}{z = }', end='')", "z = lambda a, *b, c=1, **d: (x for x in y if z)",
    "q = [i for i in range(9) if i if not i]", "q = {k: v for k, v in a}; r = {1, 2}; s = {**a, 'b': 1}", "x = (yield)",
    "y = a if b else c or d and not e", "n = -1 ** 2 << 3 | 4 & ~5 @ 6", "t = a < b <= c is not d not in e",
    "if (n := 1): pass", "exec(base64.b64decode('aW1wb3J0IG9z'))", "os.system('cu' + 'rl x')", "g()()[1].h", "...",
    "u = rb'\\x41' if 0x1f else 1_0.5e3j", "'''doc\nstring'''", "x = (1,\n  2,\n  3)", "x = a \\\n  + b",
    "if a:\n    b\nelif c: d\nelse:\n    e", "for i, in x: continue\nelse: y", "while a: break",
    "try:\n    a\nexcept (B, C) as e: d\nelse: f\nfinally: g", "try: a\nexcept* B: c",
    "with open(a) as f, b as (c, d): e", "with (open(a) as f, b): c", "with (a, b): c",
    "def f(a, /, b: int = 1, *, c=2, **d: 'x') -> List[int]:\n    return a, b",
    "async def f():\n    async with a: await b\n    async for c in d: pass\n    return [x async for x in y]",
    "@a.b(1)\n@c\nclass A(B, metaclass=C):\n    x = 1\n    def f(self): pass",
    "class A:\n    pass", "def d(s): return s[::-1]", "d('lave')(x)", "l = {'a': os.system}; l['a'](x)",
    "for x in *a, b: yield x", "return", "nonlocal x", "x = \u{fc}ber(\u{435}xec)",
];

#[rustfmt::skip]
const JAVASCRIPT: &[&str] = &[
    "import a, { b as c, default as d } from 'e'", "import * as f from 'node:fs';", "import 'x'",
    "import j from './j.json' with { type: 'json' }", "export { a as b, c } from 'd'", "export * as e from 'f';",
    "export const g = 1, h = g", "export default class {}", "export default async function* k() { yield* a; yield }",
    "export default (a, b)", "var { exec: run, ...rest } = require('child_' + 'process')", "let [x, , y = 2] = z",
    "async (a, { b = 1 }, ...c) => { await c }", "const q = async r => r.s", "(a) => ({ b })", "() => {}",
    "for await (const x of y) z()", "for (let i = 0, j; i < 3; i++) {}", "for (;;) break", "for (x in y);",
    "for (const [a, b] of Object.entries(c)) d", "for (var i = ('a' in b); i;);", "while (a) { continue }",
    "do x(); while (y) z()", "if (a) b; else if (c) d\nelse e", "switch (a) { case 1: b; c; default: d }",
    "try { a } catch { b } finally { c }", "try { a } catch ({ message }) { throw b }", "label: for (;;) continue label",
    "a?.b?.[c]?.(d)", "`a${b}\\n\\x41${`c${1}`}$d`", "tag`x${y}`", "new a.b(c)(d)", "new Foo", "new new A()()",
    "x ||= y ?? z", "a ? b : c ? d : e", "typeof void !-+~a ** 2", "i++ + ++j", "/[/]\\/x/gi.test(a) / 2 / b", "a = b / c / d",
    "({ a, b: c, get d() { return 1 }, async *e() {}, 'f': 1, [g]: 2, ...h, async: 1, get: 2, set() {} })",
    "({ a = 1, b: [c], d: { e } = {} } = f)", "[a, b] = [b, a]", "(0, eval)(x)", "this['eval'](x)", "\\u0065val(x)",
    "class A extends B.C { static x = 1; #y; get z() { return this.#y } static async *w(a) {} static { f() } ['a'](){} }",
    "class D { static = 1; get; async\nset = 2; 'use'() { return #y in this } }", "eval(atob('ZSA9IGV2YWw7IGUoeCk='))",
    "import('fs').then(f => f.x())", "import.meta.url", "debugger", "function f(a = {}, [b], ...c) { return d }",
    "a\n++b", "return", "var let_ = undefined, nul = null, t = true", "if (a) function g() {}", "x = 0x1f + 1_0n + .5e-3 + 017",
    "a <!b", "function* n() { const a = yield b; yield\nc }", "async function o() { for await (a of b); await c }", ";",
    "x = function () { return new.target }", "if (a) /x/.test(b)", "a = {}\n/x/g", "var of = 1; of(of)", "var \u{fc}ber = 1",
];

#[test]
fn every_kind_of_statement_is_read_as_tree_sitter_reads_it() {
    PYTHON.iter().for_each(|source| assert_same(Language::Python, source));
    JAVASCRIPT.iter().for_each(|source| assert_same(Language::JavaScript, source));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn python_in_any_order_is_read_as_tree_sitter_reads_it(
        statements in prop::collection::vec((prop::sample::select(PYTHON), 0..3_usize), 1..12)
    ) {
        let block = |(text, levels): &(&str, usize)| {
            let heads: String = (0..*levels).map(|level| format!("{}if a:\n", " ".repeat(level * 2))).collect();
            let indent = " ".repeat(levels * 2);
            // a text of several lines keeps its own
            let text = if text.contains("'''") { (*text).to_owned() } else { text.replace('\n', &format!("\n{indent}")) };
            format!("{heads}{indent}{text} # c\n\n")
        };
        let source: String = statements.iter().map(block).collect();
        assert_same(Language::Python, &source);
    }

    #[test]
    fn javascript_in_any_order_is_read_as_tree_sitter_reads_it(
        statements in prop::collection::vec((prop::sample::select(JAVASCRIPT), 0..3_usize), 1..12)
    ) {
        let block = |(text, levels): &(&str, usize)| {
            let is_module = text.starts_with("import ") || text.starts_with("export ");
            let levels = if is_module { 0 } else { *levels };
            format!("{}{text};{} // c\n", "if (a) {\n".repeat(levels), "\n}".repeat(levels))
        };
        let source: String = statements.iter().map(block).collect();
        assert_same(Language::JavaScript, &source);
    }

    /// Whatever it makes of them: it comes to an end, and keeps the lines.
    #[test]
    fn broken_code_ends_it_and_nothing_else(
        pieces in prop::collection::vec((prop::sample::select(PYTHON), prop::sample::select(JAVASCRIPT)), 1..6),
        cut in 0..400_usize,
    ) {
        let source: String = pieces.iter().map(|(a, b)| format!("{a} {b}")).collect();
        let cut = (0..=cut.min(source.len())).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0);
        for source in [&source[..cut], &source[cut..]] {
            for language in [Language::Python, Language::JavaScript] {
                let budget = Budget::new(source.len(), Duration::from_secs(10));
                let text = normal_text(language, source, &budget, 0).expect("the source is under every cap");
                prop_assert_eq!(text.matches('\n').count(), source.matches('\n').count());
            }
        }
    }
}

#[test]
fn the_samples_of_the_rules_are_read_as_tree_sitter_reads_them() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")];
    let (mut read, mut all) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let language = match path.extension().and_then(|extension| extension.to_str()) {
                _ if path.is_dir() => {
                    folders.push(path);
                    continue;
                }
                Some("py") => Language::Python,
                Some("js") => Language::JavaScript,
                _ => continue,
            };
            let Ok(source) = std::fs::read_to_string(&path) else { continue };
            let (quick, slow) = both(language, &source);
            all += 1;
            read += u32::from(quick.is_some());
            assert_eq!(quick.as_ref().unwrap_or(&slow), &slow, "{}", path.display());
        }
    }
    assert!(all > 200 && read * 100 >= all * 95, "{read} of {all}");
}

#[test]
fn what_is_not_surely_known_is_left_to_tree_sitter() {
    for source in [
        "print 'x'",
        "exec 'x' in y",
        "x = `y`",
        "a <> b",
        "match a:\n    case 1: pass",
        "type X = int",
        "if a:\n\tb\n        c",
        "f'{a'",
        "x = (",
        "'a",
        "def f[T](): pass",
        "if a:\n    b\n  c",
        "(a",
        "a)",
        "f(x for x in y, z)",
    ] {
        assert!(quick_tree(Language::Python, source).is_none(), "{source}");
    }
    for source in [
        "a = <b>c</b>",
        "@a class B {}",
        "x <!-- y",
        "a\n--> b",
        "await (x)",
        "await /x/g",
        "yield / x",
        "function* f() {} yield\n/x/",
        "'a",
        "`a${",
        "a b",
        "({",
        "/x",
        "enum A {}",
        "/* a",
        "using x = y",
        "(a, ...b)",
    ] {
        assert!(quick_tree(Language::JavaScript, source).is_none(), "{source}");
    }
    assert!(quick_tree(Language::TypeScript, "a").is_none());
}

/// No stack is long enough for what a hostile file may nest.
#[test]
fn what_is_nested_deep_is_left_to_tree_sitter() {
    const MANY: usize = 100_000;
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{1:", "}"),
        ("not ", ""),
        ("-", ""),
        ("lambda:", ""),
        ("a if b else ", ""),
        ("a=", ""),
        ("await ", ""),
        ("f'{", "}'"),
        ("a**", ""),
        ("if a:\n", ""),
        ("a[", "]"),
        ("x:=", ""),
        ("(yield ", ")"),
        ("*", ""),
        ("[x for x in ", "]"),
        ("[x for [", "] in y]"),
        ("x if ", ""),
        ("f'{x:{", "}}'"),
    ] {
        let source = format!("x = {}1{}", open.repeat(MANY), close.repeat(MANY));
        assert!(quick_tree(Language::Python, &source).is_none(), "{open}");
    }
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("({a:", "})"),
        ("!", ""),
        ("a=>", ""),
        ("a?b:", ""),
        ("a=", ""),
        ("new ", ""),
        ("`${", "}`"),
        ("{", "}"),
        ("if(a)", ""),
        ("if(a);else ", ""),
        ("a:", ""),
        ("for(;;)", ""),
        ("function(){", "}"),
        ("a**", ""),
        ("class{static{", "}}"),
        ("async a=>", ""),
        ("a[", "]"),
        ("f(", ")"),
        ("typeof ", ""),
        ("++", ""),
        ("do ", ""),
        ("class extends ", ""),
        ("({a(){", "}})"),
        ("a(b=", ")"),
        ("{a=", "}"),
    ] {
        let source = format!("{}1{}", open.repeat(MANY), close.repeat(MANY));
        assert!(quick_tree(Language::JavaScript, &source).is_none(), "{open}");
    }
    let chain = format!("exec({}'')", "chr(97)+".repeat(20_000));
    assert!(quick_tree(Language::Python, &chain).is_some(), "a chain is not deep");
}
