use std::{
    collections::HashMap,
    io::{Read, Seek},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use archive::{ArchiveError, EntryKind, Limits, Manifests, Spent, Violation};
use domain::{Coverage, Finding, Report, Sha256, Skipped};

use crate::{
    combine::{self, ByLine},
    context::{FileId, Named, is_aside, is_code, runs_others},
    findings::shortened,
    gathered::{Gathered, Hit},
    language::language_of,
    matching::{Matcher, Source, Unmatched},
    pickle,
    references::References,
    rules::{self, Rule, RuleError, RuleSet},
    source::{self, Cost},
    unread::{Unread, binary_kind},
};
pub use excerpts::ExcerptLine;
use kept::Kept;
use nested::{NotOpened, Opened};

mod excerpts;
mod kept;
mod nested;
mod notebooks;
mod zlib;

/// Larger sources name other files too; whoever reads them for names would be kept busy.
const LARGEST_FOLLOWED: usize = 16 << 20;

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
    /// incomplete. An archive within it that cannot be opened is a finding; its bytes are scanned as they are.
    pub fn scan(&self, sha256: Sha256, mut reader: impl Read + Seek) -> Result<Report, ScanError> {
        let mut pass = Pass::new(self);
        let spent = pass.spent.clone();
        let mut manifests = Manifests::default();
        let visit = |entry: &archive::Entry, bytes: &[u8]| {
            manifests.visit(entry, bytes);
            pass.file(&entry.path, entry.kind, bytes);
        };
        match archive::read_within(&mut reader, &self.limits, &spent, visit) {
            Ok(summary) => summary.skipped.into_iter().for_each(|skipped| pass.skip_unvisited(skipped)),
            Err(ArchiveError::Refused(violation)) => pass.break_off(&violation),
            Err(ArchiveError::NotAnArchive) => return Err(ScanError::NotAnArchive),
            Err(ArchiveError::Io(error)) => return Err(ScanError::Io(error)),
        }
        pass.misnamed(reader)?;
        let Pass { mut coverage, gathered, broken, .. } = pass;
        coverage.skipped = shortened(coverage.skipped);
        let findings = gathered.findings(&self.rules, broken);
        let (engine, identities) = (self.engine.clone(), manifests.identities());
        Ok(Report { sha256, engine, coverage, findings, identities })
    }
}

/// Whether Python source may import what a text names.
fn imports_by_text(source: &[u8]) -> bool {
    let source = String::from_utf8_lossy(source);
    ["importlib", "__import__", "builtins"].iter().any(|word| source.contains(word))
}

/// Whether a link gives its target a name by which it is read another way, or runs at another time, than it was scanned.
fn misleads(path: &str, language: &str, target: &[u8]) -> bool {
    let target = String::from_utf8_lossy(target);
    let reads_another_way = !language.is_empty() && language_of(&target, b"") != language;
    reads_another_way || (is_aside(&target) && !is_aside(path))
}

/// One archive on its way through the rules.
struct Pass<'r> {
    rules: &'r RuleSet,
    matcher: Matcher<'r>,
    deadline: Instant,
    limits: Limits,
    spent: Spent,
    /// How far below the outermost archive we are.
    depth: usize,
    /// The bytes of the archives that we are in, without the outermost.
    held: u64,
    coverage: Coverage,
    gathered: Gathered,
    kept: Kept,
    /// What is wrong with the archive itself.
    broken: Vec<Finding>,
}

impl<'r> Pass<'r> {
    fn new(owner: &'r Scanner) -> Self {
        Self {
            rules: &owner.rules,
            matcher: Matcher::new(&owner.rules),
            deadline: Instant::now() + owner.archive_time,
            limits: owner.limits,
            spent: Spent::default(),
            depth: 0,
            held: 0,
            coverage: Coverage::default(),
            gathered: Gathered::default(),
            kept: Kept::default(),
            broken: Vec::new(),
        }
    }

    fn is_out_of_time(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// Scans one file, and what it holds where it is an archive itself. It counts as scanned if the rules came to its
    /// end; whatever they could not look into is a finding.
    fn file(&mut self, path: &str, kind: EntryKind, bytes: &[u8]) {
        let length = bytes.len() as u64;
        self.coverage.files += 1;
        self.coverage.bytes += length;
        let language = language_of(path, bytes);
        let file = self.gathered.layout.add(path, language);
        if kind == EntryKind::File && self.depth == 0 && !is_code(language) {
            self.kept.keep(file, bytes);
        }
        let scanned = self.scan(file, Source { path, language, bytes });
        let scanned = scanned.and_then(|()| self.notebook(file, Source { path, language, bytes }));
        match scanned {
            Ok(()) => {
                self.coverage.scanned_files += 1;
                self.coverage.scanned_bytes += length;
                match kind {
                    EntryKind::File => self.look_into(file, path, bytes),
                    EntryKind::Symlink if self.depth == 0 && misleads(path, language, bytes) => {
                        self.gathered.unread(file, Unread::Link, None);
                    }
                    EntryKind::Symlink | EntryKind::Directory => {}
                }
            }
            Err(reason) => {
                self.gathered.unread(file, Unread::OutOfTime, Some(reason.to_string()));
                self.coverage.skipped.push(Skipped { path: path.to_owned(), reason: reason.to_string() });
            }
        }
    }

    /// Reads once more what another file runs, as each language that it may be in: before the whole archive was read nobody
    /// knew. The archive is read again where the bytes of one of them were not kept.
    fn misnamed(&mut self, reader: impl Read + Seek) -> Result<(), ScanError> {
        let mut files = if self.broken.is_empty() { self.gathered.layout.misnamed() } else { HashMap::new() };
        let kept = std::mem::take(&mut self.kept);
        files.retain(|path, file| {
            let bytes = kept.of(*file);
            bytes.inspect(|bytes| self.scan_as_any(*file, path, bytes)).is_none()
        });
        if files.is_empty() {
            return Ok(());
        }
        let limits = self.limits;
        let visit = |entry: &archive::Entry, bytes: &[u8]| {
            if let Some(file) = files.get(&entry.path).filter(|_| entry.kind == EntryKind::File) {
                self.scan_as_any(*file, &entry.path, bytes);
            }
        };
        match archive::read_within(reader, &limits, &Spent::default(), visit) {
            Ok(_) => Ok(()),
            Err(ArchiveError::Refused(violation)) => {
                self.break_off(&violation);
                Ok(())
            }
            Err(ArchiveError::NotAnArchive) => Err(ScanError::NotAnArchive),
            Err(ArchiveError::Io(error)) => Err(ScanError::Io(error)),
        }
    }

    fn scan_as_any(&mut self, file: FileId, path: &str, bytes: &[u8]) {
        let own = language_of(path, bytes);
        for language in ["python", "javascript", "shell"].into_iter().filter(|language| *language != own) {
            let source = Source { path, language, bytes };
            let found = source::scan(self.rules, &mut self.matcher, source, self.deadline, Cost::Candidates);
            let kept = found.and_then(|found| {
                self.left_out(file, Unread::Source, &found);
                self.gathered.met(file, combine::met(&found.facts));
                found.hits.iter().try_for_each(|hit| self.gathered.hit(file, *hit))
            });
            if let Err(reason) = kept {
                self.gathered.unread(file, Unread::OutOfTime, Some(reason.to_string()));
                self.coverage.skipped.push(Skipped { path: path.to_owned(), reason: reason.to_string() });
            }
        }
    }

    fn scan(&mut self, file: FileId, source: Source<'_>) -> Result<(), Unmatched> {
        let layout = &self.gathered.layout;
        let (is_followed, is_unasked) = (layout.is_followed(file), layout.is_unasked(file));
        let cost = if is_unasked { Cost::Any } else { Cost::Candidates };
        let found = source::scan(self.rules, &mut self.matcher, source, self.deadline, cost)?;
        found.hits.iter().try_for_each(|hit| self.gathered.hit(file, *hit))?;
        self.gathered.met(file, combine::met(&found.facts));
        let kind = if source.language == "python" { Unread::Python } else { Unread::Source };
        self.left_out(file, kind, &found);
        if is_followed {
            let lines = ByLine::of(&found.facts);
            let runs = |line| runs_others(lines.beside(line));
            let mut all = References::default();
            all.is_cut = source.bytes.len() > LARGEST_FOLLOWED;
            if !all.is_cut {
                for text in [Some(source.bytes), found.normal.as_deref()].into_iter().flatten() {
                    all.read(source.language, text, runs, is_unasked);
                }
            }
            if let Some(text) = found.normal.as_deref().filter(|_| source.language == "python")
                && (is_unasked || imports_by_text(source.bytes))
            {
                all.read_normal(text);
            }
            let named = all.names.into_iter();
            let named =
                named.map(|name| Named { beside: lines.beside(name.line), name: name.name }).collect();
            let has_room = self.gathered.layout.set_names(file, named, all.moves_path).is_ok();
            if all.is_cut || !has_room {
                self.gathered.unread(file, Unread::Names, None);
            }
        }
        Ok(())
    }

    /// What of a file the rules did not see; `kind` is that of a source that could not be parsed.
    fn left_out(&mut self, file: FileId, kind: Unread, found: &source::Findings) {
        if let Some(reason) = &found.unparsed {
            self.gathered.unread(file, kind, Some(reason.clone()));
        }
        if found.is_cut {
            self.gathered.unread(file, Unread::TooManyMatches, None);
        }
    }

    /// What the rules cannot tell: manifests, archives within, other binary content.
    fn look_into(&mut self, file: FileId, path: &str, bytes: &[u8]) {
        if let Err(unparsed) = self.gathered.layout.read_manifest(file, bytes) {
            self.gathered.unread(file, Unread::Manifest, Some(unparsed.to_string()));
        }
        let opened = self.open(path, bytes);
        if !matches!(opened, Ok(Opened::Archive)) {
            self.gathered.pickled(file, pickle::look(path, bytes));
        }
        match opened {
            Ok(Opened::Archive) => {}
            Ok(Opened::Other) => {
                if let Some(kind) = binary_kind(path, bytes) {
                    self.gathered.unread(file, kind, None);
                }
            }
            Err(NotOpened { kind, reason }) => self.gathered.unread(file, kind, Some(reason)),
        }
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
        self.broken.push(violation.finding());
    }
}

/// Where a rule matches a file on its own; the error is why it could not be scanned to its end.
pub(crate) fn hit(rules: &RuleSet, rule: &str, path: &str, bytes: &[u8]) -> Result<Option<Hit>, Unmatched> {
    let source = Source { path, language: language_of(path, bytes), bytes };
    let deadline = Instant::now() + ARCHIVE_TIME;
    let found = source::scan(rules, &mut Matcher::new(rules), source, deadline, Cost::Candidates)?;
    Ok(found.hits.into_iter().find(|hit| rules.rules()[hit.rule].id == rule))
}

#[cfg(test)]
mod evasion_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod notebook_tests;
#[cfg(test)]
mod pickle_tests;
#[cfg(test)]
mod tests;
