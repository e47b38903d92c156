use domain::{Coverage, Finding, Policy, Report, Severity, Verdict, judge};

use super::*;
use crate::engine::{
    Scanner,
    tests::{HOSTILE, archive, gzip, report},
};

fn builtin() -> Scanner {
    Scanner::builtin().unwrap()
}

fn within(limits: Limits) -> Scanner {
    Scanner { limits, ..builtin() }
}

fn is_counted_whole(coverage: &Coverage) -> bool {
    coverage.files == coverage.scanned_files + coverage.skipped.len() as u64
}

/// The archive within that was not opened.
fn unopened(report: &Report) -> Option<&Finding> {
    report.findings.iter().find(|finding| finding.rule.starts_with("unread-archive"))
}

fn place(report: &Report) -> Option<(&str, u64)> {
    let finding = report.findings.iter().find(|finding| finding.rule == "python-download-execute")?;
    Some((finding.path.as_deref()?, finding.line?))
}

/// A zip of stored files.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut members, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let mut shared = vec![10, 0, 0, 0, 0, 0, 0, 0, 33, 0];
        for number in [crc.sum(), content.len() as u32, content.len() as u32, name.len() as u32] {
            shared.extend(number.to_le_bytes());
        }
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend((members.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        members.extend(b"PK\x03\x04");
        members.extend(shared);
        members.extend(name.as_bytes());
        members.extend(*content);
    }
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    end.extend([files.len() as u16, files.len() as u16].iter().flat_map(|count| count.to_le_bytes()));
    end.extend([directory.len() as u32, members.len() as u32].iter().flat_map(|place| place.to_le_bytes()));
    end.extend([0, 0]);
    [members, directory, end].concat()
}

#[test]
fn the_hostile_example_within_a_zip_is_refused_by_its_inner_line() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/packages/quick-colors-1.0.2.tar.gz");
    let hostile = std::fs::read(example).unwrap();
    let (_, line) = place(&report(&builtin(), &hostile)).map(|(path, line)| (path.to_owned(), line)).unwrap();
    let outer = zip(&[("outer/__init__.py", b""), ("outer/data.tar.gz", &hostile)]);
    let report = report(&builtin(), &outer);
    assert_eq!(place(&report), Some(("outer/data.tar.gz!/quick-colors-1.0.2/setup.py", line)));
    assert!(report.coverage.is_complete(), "{:?}", report.coverage);
    assert!(report.coverage.files > 3, "{:?}", report.coverage);
    assert_eq!(judge(&report, &Policy::default()).verdict(), Verdict::Refused);
}

#[test]
fn archives_are_opened_three_levels_down_and_no_further() {
    let mut bytes = archive(&[("setup.py", HOSTILE)]);
    for level in 1..=4 {
        bytes = if level % 2 == 0 { archive(&[("in.tgz", bytes)]) } else { zip(&[("in.zip", &bytes)]) };
        let report = report(&builtin(), &bytes);
        let coverage = &report.coverage;
        assert!(is_counted_whole(coverage), "{coverage:?}");
        assert!(coverage.is_complete(), "{level}: {coverage:?}");
        assert_eq!(unopened(&report).is_none(), level <= 3, "{level}");
        assert_eq!(place(&report).is_some(), level <= 3, "{level}");
    }
    let report = report(&builtin(), &bytes);
    let finding = unopened(&report).unwrap();
    assert_eq!(finding.path.as_deref(), Some("in.tgz!/in.zip!/in.tgz!/in.zip"));
    assert!(finding.message.contains("it is more than 3 levels deep"), "{finding:?}");
}

#[test]
fn a_gzip_without_a_tar_is_scanned_under_its_own_name() {
    let clean = report(&builtin(), &archive(&[("p/data.csv.gz", gzip(b"a,b\n1,2\n"))]));
    assert!(clean.coverage.is_complete(), "{:?}", clean.coverage);
    assert_eq!(clean.coverage.files, 2);
    let hostile = report(&builtin(), &archive(&[("p/setup.py.gz", gzip(HOSTILE.as_bytes()))]));
    assert_eq!(place(&hostile), Some(("p/setup.py.gz!/setup.py", 3)));
    let two = archive(&[("p/data.csv.gz", gzip(b"a").repeat(2))]);
    assert!(unopened(&report(&builtin(), &two)).is_some());
}

#[test]
fn a_bomb_within_is_refused_before_it_is_unpacked() {
    let limits = Limits { ratio_after: 100_000, ..Limits::default() };
    let bomb = gzip(&vec![b'a'; 1 << 20]);
    let tar_bomb = archive(&[("a", vec![b'a'; 1 << 20])]);
    for (name, bytes) in [("p/a.gz", bomb), ("p/a.tgz", tar_bomb)] {
        let report = report(&within(limits), &archive(&[(name, bytes)]));
        let coverage = &report.coverage;
        assert!(is_counted_whole(coverage), "{coverage:?}");
        assert!(coverage.scanned_bytes < 100_000);
        let finding = unopened(&report).unwrap();
        assert_eq!((finding.path.as_deref(), finding.severity), (Some(name), Severity::Medium));
        assert!(finding.message.contains("as a bomb does"), "{finding:?}");
    }
}

#[test]
fn the_budget_is_one_for_all_archives_within() {
    let inner = zip(&[("text", &[b'a'; 4000])]);
    let outer = zip(&[("a.zip", &inner), ("b.zip", &inner), ("c.zip", &inner)]);
    assert!(unopened(&report(&builtin(), &outer)).is_none());
    for limits in [
        Limits { bytes: 20_000, ..Limits::default() },
        Limits { entries: 5, ..Limits::default() },
        Limits { member_bytes: 4500, ..Limits::default() },
    ] {
        let report = report(&within(limits), &outer);
        assert!(unopened(&report).is_some() || !report.coverage.is_complete(), "{limits:?}");
        assert!(is_counted_whole(&report.coverage), "{:?}", report.coverage);
    }
}

#[test]
fn what_is_not_opened_is_a_finding_that_names_its_kind_and_refuses_nobody_alone() {
    let broken = &archive(&[("p/a.py", HOSTILE)])[..60];
    let behind = [b"MZ".to_vec(), zip(&[("a", b"text")])].concat();
    let files: [(&str, &[u8], &str); 4] = [
        ("a.xz", b"\xfd7zXZ\0\0\x04", "it is of a kind that is not read: xz"),
        ("b.exe", &behind, "it is of a kind that is not read: zip behind other bytes"),
        ("c.odd", b"\x1f\x8b\x07", "it is of a kind that is not read: gzip"),
        ("d.tgz", broken, "it was refused: the archive has a broken or truncated gzip stream"),
    ];
    for outer in [archive(&files.map(|(name, content, _)| (name, content))), zip(&files.map(|f| (f.0, f.1)))]
    {
        let report = report(&builtin(), &outer);
        assert!(report.coverage.is_complete(), "{:?}", report.coverage);
        let found = report.findings.iter().filter(|finding| finding.rule == "unread-archive");
        let told: Vec<_> = found.map(|f| (f.path.as_deref().unwrap(), f.severity, &f.message)).collect();
        assert_eq!(told.len(), files.len());
        for ((path, severity, message), (name, _, reason)) in told.into_iter().zip(files) {
            assert_eq!((path, severity), (name, Severity::Low));
            assert!(message.contains(reason), "{message}");
        }
        assert_eq!(judge(&report, &Policy::default()).verdict(), Verdict::Approved);
    }
}

/// What code does with an archive or another file that cannot be read decides, not that it is there.
#[test]
fn what_unread_files_are_used_for_decides() {
    let run = "import os\nos.system('tar xf data/a.xz && sh x')\n";
    let rule = crate::engine::tests::rule_with("runs", "execute", "os.system(");
    let scanner = Scanner::new(std::sync::Arc::new(rule));
    let xz: &[u8] = b"\xfd7zXZ\0\0\x04";
    let named = "import os\nos.system('x')\nopen('data/a.xz')\n";
    let far = format!("import os\nos.system('x')\n{}open('data/a.xz')\n", "\n".repeat(500));
    let script = r#"{"scripts": {"postinstall": "./data/a.xz"}}"#;
    for (path, text, severity) in [
        ("p/setup.py", named, Severity::High),
        ("p/setup.py", &far, Severity::Low),
        ("p/setup.py", run, Severity::High),
        ("p/setup.py", "open('data/a.xz')\n", Severity::Low),
        ("p/pkg/__init__.py", named, Severity::Medium),
        ("p/pkg/deep/module.py", named, Severity::Low),
        ("p/tests/setup.py", named, Severity::Low),
        ("p/package.json", script, Severity::High),
        ("p/test/package.json", script, Severity::Low),
    ] {
        let report = report(&scanner, &archive(&[(path, text.as_bytes()), ("p/data/a.xz", xz)]));
        assert_eq!(unopened(&report).unwrap().severity, severity, "{path} {text}");
    }
}

#[test]
fn what_was_read_before_a_rule_is_broken_still_counts() {
    let inner = archive(&[("a/setup.py", HOSTILE), ("../b.py", "")]);
    let report = report(&builtin(), &archive(&[("p/in.tar.gz", inner), ("p/c.py", b"pass\n".to_vec())]));
    assert_eq!(place(&report), Some(("p/in.tar.gz!/a/setup.py", 3)));
    let coverage = &report.coverage;
    assert_eq!((coverage.files, coverage.scanned_files), (3, 3));
    let finding = unopened(&report).unwrap();
    assert_eq!((finding.rule.as_str(), finding.severity), ("unread-archive-hostile", Severity::Medium));
    assert!(finding.message.contains("`..` as a path component"), "{finding:?}");
}
