use std::{
    io::{Read, Seek},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use archive::{ArchiveError, Entry, Limits, Violation};
use domain::{Coverage, Finding, Report, Sha256, Skipped};

use crate::{
    findings::{Findings, shortened},
    lines::lines_of,
    rules::{self, Rule, RuleError, RuleSet},
};

/// Time for one entry; the slowest of the popular packages needs well under a second.
const ENTRY_TIME: Duration = Duration::from_secs(20);

/// Time for one archive: less than a Lambda function may run, so that the report still gets written.
const ARCHIVE_TIME: Duration = Duration::from_secs(600);

/// Runs rules over every entry of an archive.
pub struct Scanner {
    rules: Arc<RuleSet>,
    engine: String,
    archive_time: Duration,
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
        Self { rules, engine, archive_time: ARCHIVE_TIME }
    }

    /// What decisions name as their evidence: `airlock-scanner <version> rules <12 hex>`.
    pub fn engine(&self) -> &str {
        &self.engine
    }

    /// The rules.
    pub fn rules(&self) -> &[Rule] {
        self.rules.rules()
    }

    /// Scans an archive. A rule of `archive` that it breaks is a finding, and leaves the coverage incomplete.
    pub fn scan(&self, sha256: Sha256, reader: impl Read + Seek) -> Result<Report, ScanError> {
        let mut pass = Pass::new(&self.rules, Instant::now() + self.archive_time);
        match archive::read(reader, &Limits::default(), |entry, bytes| pass.visit(entry, bytes)) {
            Ok(summary) => {
                pass.coverage.files = summary.files + summary.skipped.len() as u64;
                pass.coverage.bytes = summary.bytes;
                pass.coverage.skipped.extend(summary.skipped);
            }
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
    coverage: Coverage,
    findings: Findings,
}

impl<'r> Pass<'r> {
    fn new(rules: &'r RuleSet, deadline: Instant) -> Self {
        let scanner = yara_x::Scanner::new(rules.compiled());
        Self { rules, scanner, deadline, coverage: Coverage::default(), findings: Findings::default() }
    }

    fn visit(&mut self, entry: &Entry, bytes: &[u8]) {
        let path: &str = &entry.path;
        let time = ENTRY_TIME.min(self.deadline.saturating_duration_since(Instant::now()));
        match scan_entry(self.rules, &mut self.scanner, (path, bytes), time) {
            Ok(findings) => {
                self.coverage.scanned_files += 1;
                self.coverage.scanned_bytes += bytes.len() as u64;
                findings.into_iter().for_each(|finding| self.findings.add(finding));
            }
            Err(reason) => self.coverage.skipped.push(Skipped { path: path.to_owned(), reason }),
        }
    }

    /// Nobody knows how much more there is: what was read is all the coverage there can be, and it has a gap.
    fn break_off(&mut self, violation: &Violation) {
        self.coverage.files = self.coverage.scanned_files + self.coverage.skipped.len() as u64;
        self.coverage.bytes = self.coverage.scanned_bytes;
        let path = "the rest of the archive".to_owned();
        self.coverage.skipped.push(Skipped { path, reason: violation.to_string() });
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
