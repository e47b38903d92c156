//! `airlock scan`: findings on archives, without a decision, a store or a publication.

mod excerpt;
mod human;
mod target;

use std::{
    fs::File,
    io::{self, BufReader, IsTerminal as _, Read as _, Seek as _},
    sync::Arc,
    thread::available_parallelism,
    time::Instant,
};

use anyhow::Context as _;
use domain::{
    Coverage, Finding, Report, SarifArtifact, SarifRule, SarifRun, Severity, Sha256, Verdict, judge,
};
use fetch_repo::Fetcher;
use futures_util::StreamExt as _;
use scanner::{ExcerptLine, Scanner, rules::Rule};
use serde::Serialize;
use sha2::Digest as _;

use crate::{
    Exit,
    arguments::{ScanFormat, ScanOptions},
    output,
    style::Style,
};
use target::Target;

/// What was found in one archive.
#[derive(Debug, Serialize)]
struct Scanned {
    artifact: String,
    sha256: Sha256,
    coverage: Coverage,
    findings: Vec<Finding>,
    #[serde(skip)]
    verdict: Verdict,
    /// For people: the lines of the findings, in their order, as far as they are worse than information.
    #[serde(skip)]
    excerpts: Vec<Vec<ExcerptLine>>,
}

/// What `--format json` prints.
#[derive(Debug, Serialize)]
struct Document<'a> {
    artifacts: &'a [Scanned],
}

pub(crate) async fn scan(options: ScanOptions) -> anyhow::Result<Exit> {
    let started = Instant::now();
    let scanner = Arc::new(match &options.rules {
        Some(folder) => Scanner::from_folder(folder)?,
        None => Scanner::builtin().context("the built-in rules cannot be used")?,
    });
    let (targets, mut troubles) = target::find(&options.targets);
    let settings = fetch_repo::settings_from(|name| std::env::var(name).ok())?;
    let fetcher = Arc::new(Fetcher::new(settings));
    let jobs = available_parallelism().map_or(1, std::num::NonZero::get);
    let scans = targets.into_iter().map(|target| {
        let (scanner, fetcher) = (Arc::clone(&scanner), Arc::clone(&fetcher));
        tokio::spawn(async move {
            let name = target.name();
            one(target, &scanner, (&fetcher, options.format))
                .await
                .with_context(|| format!("cannot scan {name}"))
        })
    });
    let mut scans = futures_util::stream::iter(scans).buffered(jobs);
    let (mut artifacts, mut exit) = (Vec::new(), Exit::Clean);
    while let Some(scan) = scans.next().await {
        match scan.context("a scan broke off").and_then(|done| done) {
            Ok((artifact, report, excerpts)) => {
                let verdict = judge(&report, &options.threshold).verdict();
                if verdict != Verdict::Approved {
                    exit = Exit::Refused;
                }
                let Report { sha256, coverage, findings, .. } = report;
                artifacts.push(Scanned { artifact, sha256, coverage, findings, verdict, excerpts });
            }
            Err(error) => troubles.push(format!("{error:#}")),
        }
    }
    troubles.iter().for_each(|trouble| output::complain(trouble));
    match options.format {
        ScanFormat::Human => {
            let style = Style::of_stdout();
            let took = io::stdout().is_terminal().then(|| started.elapsed());
            let documentation = options.rules.is_none().then_some("docs/rules.md");
            let (rules, policy) = (scanner.rules(), &options.threshold);
            let page = human::Page { rules, documentation, policy, style, took };
            output::print(&page.text(&artifacts, troubles.len()))?;
        }
        ScanFormat::Json => output::print_json(&Document { artifacts: &artifacts })?,
        ScanFormat::Sarif => output::print_json(&sarif(&artifacts, &troubles, &scanner).log())?,
    }
    Ok(if troubles.is_empty() { exit } else { Exit::Failed })
}

fn sarif<'a>(artifacts: &'a [Scanned], failures: &'a [String], scanner: &'a Scanner) -> SarifRun<'a> {
    let rule = |rule: &'a Rule| SarifRule {
        id: &rule.id,
        title: &rule.title,
        description: &rule.description,
        recommendation: &rule.recommendation,
        severity: rule.severity,
        confidence: rule.confidence,
        references: &rule.references,
    };
    let artifact = |Scanned { artifact, sha256, coverage, findings, .. }: &'a Scanned| SarifArtifact {
        name: artifact,
        sha256: *sha256,
        coverage,
        findings,
    };
    SarifRun {
        engine: scanner.engine(),
        rules: scanner.rules().iter().map(rule).collect(),
        artifacts: artifacts.iter().map(artifact).collect(),
        failures,
    }
}

/// One artifact's name, report and, for people, the lines of its findings.
type Scan = (String, Report, Vec<Vec<ExcerptLine>>);

async fn one(
    target: Target,
    scanner: &Arc<Scanner>,
    (fetcher, format): (&Fetcher, ScanFormat),
) -> anyhow::Result<Scan> {
    let name = target.name();
    let file = match &target {
        Target::File(path) => File::open(path).context("it cannot be opened")?,
        Target::Url(url) => fetcher.fetch(url).await?.into_file(),
    };
    let scanner = Arc::clone(scanner);
    let (report, excerpts) = tokio::task::spawn_blocking(move || scan_file(file, &scanner, format))
        .await
        .context("the scan broke off")??;
    Ok((name, report, excerpts))
}

fn scan_file(
    mut file: File,
    scanner: &Scanner,
    format: ScanFormat,
) -> anyhow::Result<(Report, Vec<Vec<ExcerptLine>>)> {
    let sha256 = digest(&mut file).context("it cannot be read")?;
    let mut reader = BufReader::new(file);
    let report = scanner.scan(sha256, &mut reader)?;
    // The worst findings come first.
    let told = report.findings.partition_point(|finding| finding.severity > Severity::Info);
    let excerpts = match format {
        ScanFormat::Human => scanner.excerpts(&mut reader, &report.findings[..told]),
        ScanFormat::Json | ScanFormat::Sarif => Vec::new(),
    };
    Ok((report, excerpts))
}

/// The digest of the whole file, which is left at its first byte.
fn digest(file: &mut File) -> io::Result<Sha256> {
    file.rewind()?;
    let mut hasher = sha2::Sha256::new();
    let mut piece = vec![0; 256 * 1024];
    loop {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => hasher.update(&piece[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    file.rewind()?;
    Ok(Sha256::from_bytes(hasher.finalize().into()))
}
