//! Sources made to cost: each ends under the caps, in a normal form or in a reason.

use std::fmt::Write as _;
use std::time::Duration;

use proptest::prelude::*;

use super::test_support::normal_form;
use super::{Language, Unnormal};
use crate::time::processor_time;

const LANGUAGES: [Language; 3] = [Language::Python, Language::JavaScript, Language::TypeScript];
/// Processor time that one file may take, on whatever machine and in whatever build.
const MAX_TIME: Duration = Duration::from_secs(2);

fn hostile_sources() -> Vec<(&'static str, String)> {
    let mut doubling = String::from("a = 'xxxxxxxxxx'\n");
    let mut calls = String::from("f0 = lambda x: x + x\n");
    let mut aliases = String::from("a0 = exec\n");
    for index in 0..20_000 {
        let _ = writeln!(doubling, "a = a + a\nf(a, a, a)");
        let _ = writeln!(aliases, "a{} = a{index}", index + 1);
        let _ = writeln!(calls, "f{} = lambda x: f{index}(f{index}(x))", index + 1);
    }
    calls.push_str("f19999('x')\nf19999(y)\n");
    vec![
        ("calls", "exec(".repeat(200_000)),
        ("brackets", "([".repeat(500_000)),
        ("parentheses", format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000))),
        ("forty thousand parentheses", format!("x = {}1{}", "(".repeat(40_000), ")".repeat(40_000))),
        ("escapes", format!("x = '{}'", "\\x41".repeat(250_000))),
        ("commas", "a,".repeat(199_000)),
        ("statements", "a=b\n".repeat(130_000)),
        ("concatenations", format!("x = 'a'{}", "+'a'".repeat(45_000))),
        ("half concatenations", format!("x = y{}", "+'a'".repeat(45_000))),
        ("attributes", format!("import a\na{}", ".b".repeat(45_000))),
        ("random punctuation", "]){[(<>=+-*/%!?:;.,@'\"".repeat(15_000)),
        ("nested lambdas", "lambda a: ".repeat(45_000)),
        ("nested arrows", "a => ".repeat(45_000)),
        ("nested functions", "function a(b) {".repeat(30_000)),
        ("comprehensions", format!("{}1{}", "[x for x in ".repeat(20_000), "]".repeat(20_000))),
        ("maps", "''.join(map(chr, range(65536)))\n".repeat(30_000)),
        (
            "nested comprehensions",
            "[[[a for a in range(60000)] for b in range(60000)] for c in range(60000)]".into(),
        ),
        ("self-expanding executions", "x = 'exec(x)' * 6000\nexec(x)\n".repeat(2_000)),
        ("replacements", "'aaaaaaaaaa'.replace('a', 'b' * 60000).replace('b', 'c' * 60000)\n".repeat(5_000)),
        ("unclosed strings", "'''".repeat(300_000)),
        ("arrow functions", "(a,".repeat(45_000)),
        ("type arguments", "a<".repeat(45_000)),
        ("templates", "`${".repeat(100_000)),
        ("doubling", doubling),
        ("aliases", aliases),
        ("calls of calls", calls),
        ("cycles", "a=b;b=a;a(b)\n".repeat(20_000)),
        ("shared lists", format!("a = [1]\n{}", "a = [a, a, a, a]\n".repeat(20_000))),
    ]
}

#[test]
fn hostile_sources_cost_no_more_than_their_caps() {
    for (name, source) in hostile_sources() {
        for language in LANGUAGES {
            let start = processor_time();
            let result = normal_form(language, source.as_bytes());
            let took = processor_time() - start;
            assert!(took < MAX_TIME, "{name} as {language:?} took {took:?}");
            if let Ok(text) = result {
                assert!(
                    text.len() <= source.len() * 4 + 64 * 1024,
                    "{name} as {language:?}: {} bytes",
                    text.len()
                );
                assert_eq!(lines(&text), lines(source.as_bytes()), "{name} as {language:?}");
            }
        }
    }
}

#[test]
fn what_is_over_a_cap_says_which() {
    let tokens = "a;".repeat(250_000);
    let deep = format!("x = {}1{}", "(".repeat(100_000), ")".repeat(100_000));
    let cases = [
        ("x".repeat(1024 * 1024 + 1), Unnormal::TooLarge),
        (tokens, Unnormal::TooLarge),
        ("(a,".repeat(60_000), Unnormal::TooDeep),
        ("a<".repeat(60_000), Unnormal::TooDeep),
        (format!("{}x", "not ".repeat(60_000)), Unnormal::TooDeep),
        (deep, Unnormal::TooDeep),
        ("# coding: hex\n".to_owned(), Unnormal::Undecodable),
    ];
    for (source, expected) in cases {
        assert_eq!(normal_form(Language::Python, source.as_bytes()).err(), Some(expected), "{source:.40}");
    }
    let body = format!("{}x{}", "(".repeat(1_000), ")".repeat(1_000));
    let slow = format!("d = lambda x: {body}\n{}", "d(1)\n".repeat(8_000));
    assert_eq!(normal_form(Language::Python, slow.as_bytes()).err(), Some(Unnormal::TooSlow));
}

#[test]
fn a_long_chain_of_concatenations_is_computed() {
    let source = format!("exec({}'')", "chr(97)+".repeat(20_000));
    let text = normal_form(Language::Python, source.as_bytes()).map(|text| text.len());
    assert!(text.is_ok_and(|length| (20_000..64_000).contains(&length)), "{text:?}");
}

fn lines(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}

/// Pieces of code in all three languages.
#[rustfmt::skip]
const TOKENS: &[&str] = &[
    "exec", "eval", "import os as o", "from a import b as c", "const {a: b} = require('x')", "a", "b", "=", "+",
    "+=", "(", ")", "[", "]", "{", "}", "'x'", "\"y\"", "'''", "f'{", "`${", "}`", "`", "b'\\xff'", "\\", "\n",
    "\n    ", "\r", ";", ":", ",", ".", "lambda x:", "def f(x):", "return", "=>", "function f(a) {", "getattr",
    "__import__", "globals()", "'os'", "base64.b64decode('aW1wb3J0IG9z')", "for x in", "if", "else", "class A:",
    "# c", "//", "/*", "*/", "1", "0x1f", "[::-1]", ".join", ".decode()", "atob('YWxlcnQoMSk=')", "\u{435}",
    "\u{2028}", "é", "…", "await", "new Function", "...", "*", "**", "%", "is", "?.", "<", ">", "chr(97)",
    "map(chr,", "range(9)", "exec(",
];

/// Text that looks like code more often than not.
fn code() -> impl Strategy<Value = String> {
    let token = prop::sample::select(TOKENS);
    prop::collection::vec((token, prop::bool::ANY), 0..60).prop_map(|tokens| {
        tokens.iter().map(|(token, gap)| format!("{token}{}", if *gap { " " } else { "" })).collect()
    })
}

fn keeps_its_promises(bytes: &[u8]) -> Result<(), TestCaseError> {
    for language in LANGUAGES {
        match normal_form(language, bytes) {
            Ok(text) => {
                prop_assert!(text.len() <= bytes.len() * 4 + 64 * 1024);
                prop_assert!(std::str::from_utf8(&text).is_ok());
                prop_assert_eq!(
                    lines(&text),
                    lines(bytes),
                    "{:?}: {}",
                    language,
                    String::from_utf8_lossy(&text)
                );
            }
            Err(Unnormal::Undecodable) => {}
            Err(reason) => return Err(TestCaseError::fail(format!("{language:?}: {reason}"))),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_code_keeps_its_lines(source in code()) {
        keeps_its_promises(source.as_bytes())?;
    }

    #[test]
    fn any_text_keeps_its_lines(source in "\\PC{0,200}(\n\\PC{0,40}){0,4}") {
        keeps_its_promises(source.as_bytes())?;
    }

    #[test]
    fn a_normal_form_of_one_line_is_its_own_normal_form(name in "[a-z]{1,8}", text in "[a-z ]{0,20}") {
        let source = format!("import os as o\no.{name}('{text}' + {name})");
        let once = normal_form(Language::Python, source.as_bytes()).unwrap();
        let twice = normal_form(Language::Python, &once).unwrap();
        prop_assert_eq!(String::from_utf8_lossy(&once), String::from_utf8_lossy(&twice));
    }
}
