//! Files made to cost. `examples/hostile` measures many more of them; here is what must hold on any machine.

use super::{
    tests::{archive, report},
    *,
};

const LENGTH: usize = 200_000;

/// What is repeated, under which name, and what must be said where the file cannot be looked into.
const FILES: [(&str, &str, Option<&str>); 22] = [
    ("exec(b64decode(", "p/setup.py", None),
    ("eval(atob(", "p/a.js", None),
    ("eval(atob([{", "p/a.ts", Some("unread-source")),
    ("eval(atob(<a>", "p/a.tsx", None),
    ("eval(atob(`${", "p/a.js", None),
    ("exec(b64decode(f'{", "p/setup.py", None),
    ("eval(atob(a=>", "p/a.js", None),
    ("exec(b64decode(not lambda a:", "p/setup.py", None),
    (r"\x41", "p/setup.py", None),
    ("curl ", "p/a.sh", None),
    (" ", "p/setup.py", None),
    ("\n", "p/a.js", None),
    ("exec(\"'\"\"'", "p/setup.py", None),
    ("exec('''", "p/setup.py", None),
    ("/*exec(", "p/a.js", None),
    ("eval(a)\n", "p/setup.py", Some("unread-matches")),
    ("exec('x='+x)\na=a+a\n", "p/setup.py", None),
    ("{\"a\":", "p/package.json", Some("unread-manifest")),
    ("[", "p/package.json", Some("unread-manifest")),
    ("a=[", "p/pyproject.toml", Some("unread-manifest")),
    ("[", "p/a.ipynb", None),
    ("\x7fELF\x02\x01\x01\0", "p/a.so", Some("native-extension")),
];

#[test]
fn a_file_made_to_cost_ends_in_findings_or_is_read_to_its_end() {
    let scanner = Scanner::builtin().unwrap();
    for (unit, path, rule) in FILES {
        let content: Vec<u8> = unit.bytes().cycle().take(LENGTH).collect();
        let report = report(&scanner, &archive(&[(path, content)]));
        let coverage = &report.coverage;
        assert_eq!((coverage.files, coverage.bytes), (1, LENGTH as u64), "{unit:?}");
        assert_eq!(coverage.files, coverage.scanned_files + coverage.skipped.len() as u64, "{unit:?}");
        let told = |rule: &str| report.findings.iter().any(|finding| finding.rule == rule);
        // A busy machine may not come to an end; that must be told, and is a gap.
        assert_eq!(coverage.is_complete(), !told("unread-file"), "{unit:?}");
        assert!(rule.is_none_or(told) || told("unread-file"), "{unit:?} {path}: {:?}", report.findings);
    }
}
