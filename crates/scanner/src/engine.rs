use std::{
    io::{Read, Seek},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use archive::{ArchiveError, EntryKind, Limits, Spent, Violation};
use domain::{Coverage, Finding, Report, Sha256, Skipped};

use crate::{
    findings::{Findings, shortened},
    lines::lines_of,
    rules::{self, Rule, RuleError, RuleSet},
};

mod nested;

/// Time for one entry; the slowest of the popular packages needs well under a second.
const ENTRY_TIME: Duration = Duration::from_secs(20);

/// Time for one archive: less than a Lambda function may run, so that the report still gets written.
const ARCHIVE_TIME: Duration = Duration::from_secs(600);

/// Runs rules over every entry of an archive.
pub struct Scanner {
    rules: Arc<RuleSet>,
    engine: String,
    archive_time: Duration,
    limits: Limits,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The bytes are no archive.
    #[error("the file is neither a zip archive nor a gzip-compressed tar archive")]
    NotAnArchive,
    /// The bytes cannot be read.
    #[error("cannot read the archive")]
    Io(#[source] std::io::Error),
}

impl Scanner {
    /// A scanner with the rules that come with Airlock.
    pub fn builtin() -> Result<Self, RuleError> {
        rules::builtin().map(Self::new)
    }

    /// A scanner with the rules of a folder, and no others.
    pub fn from_folder(folder: &Path) -> Result<Self, RuleError> {
        rules::from_folder(folder).map(Self::new)
    }

    /// A scanner with these rules.
    pub fn new(rules: Arc<RuleSet>) -> Self {
        let engine =
            format!("airlock-scanner {} rules {}", env!("CARGO_PKG_VERSION"), rules.digest().short());
        Self { rules, engine, archive_time: ARCHIVE_TIME, limits: Limits::default() }
    }

    /// What decisions name as their evidence: `airlock-scanner <version> rules <12 hex>`.
    pub fn engine(&self) -> &str {
        &self.engine
    }

    /// The rules.
    pub fn rules(&self) -> &[Rule] {
        self.rules.rules()
    }

    /// Scans an archive and those within it. A rule of `archive` that it breaks is a finding, and leaves the coverage
    /// incomplete; so does an archive within it that cannot be read, which is no finding.
    pub fn scan(&self, sha256: Sha256, reader: impl Read + Seek) -> Result<Report, ScanError> {
        let mut pass = Pass::new(self);
        let spent = pass.spent.clone();
        let visit = |entry: &archive::Entry, bytes: &[u8]| pass.file(&entry.path, entry.kind, bytes);
        match archive::read_within(reader, &self.limits, &spent, visit) {
            Ok(summary) => summary.skipped.into_iter().for_each(|skipped| pass.skip_unvisited(skipped)),
            Err(ArchiveError::Refused(violation)) => pass.break_off(&violation),
            Err(ArchiveError::NotAnArchive) => return Err(ScanError::NotAnArchive),
            Err(ArchiveError::Io(error)) => return Err(ScanError::Io(error)),
        }
        let (engine, findings) = (self.engine.clone(), pass.findings.into_sorted());
        pass.coverage.skipped = shortened(pass.coverage.skipped);
        Ok(Report { sha256, engine, coverage: pass.coverage, findings })
    }
}

/// One archive on its way through the rules.
struct Pass<'r> {
    rules: &'r RuleSet,
    scanner: yara_x::Scanner<'r>,
    deadline: Instant,
    limits: Limits,
    spent: Spent,
    /// How far below the outermost archive we are.
    depth: usize,
    /// The bytes of the archives that we are in, without the outermost.
    held: u64,
    coverage: Coverage,
    findings: Findings,
}

impl<'r> Pass<'r> {
    fn new(owner: &'r Scanner) -> Self {
        Self {
            rules: &owner.rules,
            scanner: yara_x::Scanner::new(owner.rules.compiled()),
            deadline: Instant::now() + owner.archive_time,
            limits: owner.limits,
            spent: Spent::default(),
            depth: 0,
            held: 0,
            coverage: Coverage::default(),
            findings: Findings::default(),
        }
    }

    fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Scans one file, and what it holds where it is an archive itself. It counts as scanned if all of it was.
    fn file(&mut self, path: &str, kind: EntryKind, bytes: &[u8]) {
        let length = bytes.len() as u64;
        self.coverage.files += 1;
        self.coverage.bytes += length;
        let scanned = self.scan(path, bytes).and_then(|()| match kind {
            EntryKind::File => self.open(path, bytes),
            EntryKind::Symlink | EntryKind::Directory => Ok(()),
        });
        match scanned {
            Ok(()) => {
                self.coverage.scanned_files += 1;
                self.coverage.scanned_bytes += length;
            }
            Err(reason) => self.coverage.skipped.push(Skipped { path: path.to_owned(), reason }),
        }
    }

    fn scan(&mut self, path: &str, bytes: &[u8]) -> Result<(), String> {
        let time = ENTRY_TIME.min(self.time_left());
        let findings = scan_entry(self.rules, &mut self.scanner, (path, bytes), time)?;
        findings.into_iter().for_each(|finding| self.findings.add(finding));
        Ok(())
    }

    /// Counts what the archive holds and its reader did not hand over.
    fn skip_unvisited(&mut self, skipped: Skipped) {
        self.coverage.files += 1;
        self.coverage.skipped.push(skipped);
    }

    /// Nobody knows how much more there is: what was read is counted, and the rest as one file that was not.
    fn break_off(&mut self, violation: &Violation) {
        let path = "the rest of the archive".to_owned();
        self.skip_unvisited(Skipped { path, reason: violation.to_string() });
        self.findings.add(violation.finding());
    }
}

/// Runs rules over one file; the error is why it could not be scanned to its end.
pub(crate) fn matches(rules: &RuleSet, path: &str, bytes: &[u8]) -> Result<Vec<Finding>, String> {
    scan_entry(rules, &mut yara_x::Scanner::new(rules.compiled()), (path, bytes), ENTRY_TIME)
}

fn scan_entry(
    rules: &RuleSet,
    scanner: &mut yara_x::Scanner<'_>,
    (path, bytes): (&str, &[u8]),
    time: Duration,
) -> Result<Vec<Finding>, String> {
    if time.is_zero() {
        return Err("the time for the archive ran out".to_owned());
    }
    let file_name = path.rsplit('/').next().unwrap_or(path);
    scanner.set_global("path", path).map_err(|e| e.to_string())?;
    scanner.set_global("file_name", file_name).map_err(|e| e.to_string())?;
    let results = scanner.set_timeout(time).scan(bytes).map_err(|error| match error {
        yara_x::errors::ScanError::Timeout => format!("the scan did not end within {} s", time.as_secs()),
        other => format!("the scan failed: {other}"),
    })?;
    let found = results.matching_rules().map(|matched| finding(rules, &matched, path, bytes));
    found.collect()
}

fn finding(
    rules: &RuleSet,
    matched: &yara_x::Rule<'_, '_>,
    path: &str,
    bytes: &[u8],
) -> Result<Finding, String> {
    let id = matched.namespace();
    let rule = rules.rules().iter().find(|rule| rule.id == id);
    let rule = rule.ok_or_else(|| format!("the rule {id} matched and has no documentation"))?;
    let first =
        matched.patterns().flat_map(|p| p.matches()).map(|m| m.range()).min_by_key(|r| (r.start, r.end));
    let lines = first.map(|range| lines_of(bytes, &range));
    Ok(Finding {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        confidence: rule.confidence,
        path: Some(path.to_owned()),
        line: lines.map(|(line, _)| line),
        end_line: lines.map(|(_, end)| end),
        message: rule.description.clone(),
        recommendation: rule.recommendation.clone(),
        references: rule.references.clone(),
    })
}

#[cfg(test)]
mod tests;
