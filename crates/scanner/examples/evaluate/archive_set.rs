//! The archives of one label, scanned and judged.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufReader},
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use archive::Limits;
use domain::{Coverage, Finding, Policy, Report, Sha256, Verdict, judge};
use scanner::Scanner;

use crate::{
    process::{self, Time, timed},
    same_code::{Source, package_name},
};

/// Rules about the archive or about what could not be read, not about code.
const NOT_ABOUT_CODE: &[&str] = &["archive-", "unread-"];

/// What is known of the archives beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Malicious,
    Benign,
}

/// What the default policy makes of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Approved,
    /// Refused by at least one finding about code.
    ByCode,
    /// Refused only because the archive breaks a rule, or was not read completely: it says little about the scanner.
    ByArchive,
}

/// One archive and its judgement.
pub(crate) struct Archive {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) unpacked: u64,
    pub(crate) source: Source,
    pub(crate) outcome: Outcome,
    pub(crate) findings: Vec<Finding>,
    pub(crate) coverage: Coverage,
    pub(crate) time: Time,
}

impl Archive {
    /// The findings that refuse it.
    pub(crate) fn refusing(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| Policy::default().refuses(finding))
    }

    /// The rules that refuse it.
    pub(crate) fn refusing_rules(&self) -> BTreeSet<&str> {
        self.refusing().map(|finding| finding.rule.as_str()).collect()
    }
}

/// All archives of a folder, in the order of their names.
pub(crate) struct ArchiveSet {
    pub(crate) archives: Vec<Archive>,
    /// The peak of memory and the archive that brought it.
    pub(crate) peak: Option<(f64, String)>,
}

impl ArchiveSet {
    /// Scans every file of the label's folder on this thread. A folder that is not there is empty.
    pub(crate) fn scan(scanner: &Scanner, folder: &Path, label: Label) -> io::Result<Self> {
        let name = if label == Label::Malicious { "malicious" } else { "benign" };
        let mut paths = match fs::read_dir(folder.join(name)) {
            Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        paths.sort();
        let (mut archives, mut peak) = (Vec::new(), None::<(f64, String)>);
        for path in paths {
            process::forget_peak();
            let archive = one(scanner, path)?;
            if let Some(now) = process::peak_megabytes()
                && peak.as_ref().is_none_or(|(most, _)| now > *most)
            {
                peak = Some((now, archive.name.clone()));
            }
            archives.push(archive);
        }
        for archive in &mut archives {
            contents(archive, label)?;
        }
        Ok(Self { archives, peak })
    }

    /// Seconds from start to end when this many threads share the archives, the largest first.
    pub(crate) fn seconds_on(&self, scanner: &Scanner, threads: usize) -> f64 {
        let mut largest: Vec<&Archive> = self.archives.iter().collect();
        largest.sort_by_key(|archive| std::cmp::Reverse(archive.bytes));
        let (next, start) = (AtomicUsize::new(0), Instant::now());
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(archive) = largest.get(next.fetch_add(1, Ordering::Relaxed)) {
                        File::open(&archive.path).ok().and_then(|file| report(scanner, file));
                    }
                });
            }
        });
        start.elapsed().as_secs_f64()
    }
}

/// The report; there is none on what is no archive. The digest is only evidence, and nothing is decided here.
fn report(scanner: &Scanner, file: File) -> Option<Report> {
    scanner.scan(Sha256::of(b""), BufReader::new(file)).ok()
}

fn one(scanner: &Scanner, path: PathBuf) -> io::Result<Archive> {
    let file = File::open(&path)?;
    let bytes = file.metadata()?.len();
    let (report, time) = timed(|| report(scanner, file));
    let outcome = report.as_ref().map_or(Outcome::ByArchive, outcome);
    let (findings, coverage) = report.map(|r| (r.findings, r.coverage)).unwrap_or_default();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (source, unpacked) = (Source::default(), 0);
    Ok(Archive { path, name, bytes, unpacked, source, outcome, findings, coverage, time })
}

fn outcome(report: &Report) -> Outcome {
    let policy = Policy::default();
    let is_about_code = |finding: &Finding| !NOT_ABOUT_CODE.iter().any(|id| finding.rule.starts_with(id));
    if judge(report, &policy).verdict() == Verdict::Approved {
        Outcome::Approved
    } else if report.findings.iter().any(|finding| policy.refuses(finding) && is_about_code(finding)) {
        Outcome::ByCode
    } else {
        Outcome::ByArchive
    }
}

/// Reads the members once more, in memory, for what no report holds. An archive that breaks a rule is noted as far as
/// it was read.
fn contents(archive: &mut Archive, label: Label) -> io::Result<()> {
    let file = BufReader::new(File::open(&archive.path)?);
    let (mut source, mut unpacked) = (Source::default(), 0);
    let broken = archive::read(file, &Limits::default(), |entry, bytes| {
        unpacked += entry.bytes;
        source.count(entry);
        if label == Label::Malicious {
            source.digest(entry, bytes, package_name(&archive.name));
        }
    });
    if broken.is_err() {
        source.files.push(("the rest of the archive".to_owned(), 0));
    }
    (archive.source, archive.unpacked) = (source, unpacked);
    Ok(())
}
