//! `airlock scan`: findings on archives, without a decision, a store or a publication.

mod human;
mod sarif;
mod target;

use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _},
    sync::Arc,
    thread::available_parallelism,
};

use anyhow::Context as _;
use domain::{Coverage, Finding, Report, Sha256, Verdict, judge};
use fetch_repo::Fetcher;
use futures_util::StreamExt as _;
use scanner::Scanner;
use serde::Serialize;
use sha2::Digest as _;

use crate::{
    Exit,
    arguments::{ScanFormat, ScanOptions},
    output,
};
use target::Target;

/// What was found in one archive.
#[derive(Debug, Serialize)]
struct Scanned {
    artifact: String,
    sha256: Sha256,
    coverage: Coverage,
    findings: Vec<Finding>,
}

/// What `--format json` prints.
#[derive(Debug, Serialize)]
struct Document<'a> {
    artifacts: &'a [Scanned],
}

pub(crate) async fn scan(options: ScanOptions) -> anyhow::Result<Exit> {
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
            one(target, &scanner, &fetcher).await.with_context(|| format!("cannot scan {name}"))
        })
    });
    let mut scans = futures_util::stream::iter(scans).buffered(jobs);
    let (mut artifacts, mut exit) = (Vec::new(), Exit::Clean);
    while let Some(scan) = scans.next().await {
        match scan.context("a scan broke off").and_then(|done| done) {
            Ok((name, report)) => {
                if judge(&report, &options.threshold).verdict() != Verdict::Approved {
                    exit = Exit::Refused;
                }
                let Report { sha256, coverage, findings, .. } = report;
                artifacts.push(Scanned { artifact: name, sha256, coverage, findings });
            }
            Err(error) => troubles.push(format!("{error:#}")),
        }
    }
    troubles.iter().for_each(|trouble| output::complain(trouble));
    print(options.format, &artifacts, &troubles, &scanner)?;
    Ok(if troubles.is_empty() { exit } else { Exit::Failed })
}

fn print(
    format: ScanFormat,
    artifacts: &[Scanned],
    troubles: &[String],
    scanner: &Scanner,
) -> anyhow::Result<()> {
    match format {
        ScanFormat::Human => output::print(&human::text(artifacts)),
        ScanFormat::Json => output::print_json(&Document { artifacts }),
        ScanFormat::Sarif => output::print_json(&sarif::log(artifacts, troubles, scanner.rules())),
    }
}

async fn one(target: Target, scanner: &Arc<Scanner>, fetcher: &Fetcher) -> anyhow::Result<(String, Report)> {
    let name = target.name();
    let file = match &target {
        Target::File(path) => File::open(path).context("it cannot be opened")?,
        Target::Url(url) => fetcher.fetch(url).await?.into_file(),
    };
    let scanner = Arc::clone(scanner);
    let report = tokio::task::spawn_blocking(move || scan_file(file, &scanner))
        .await
        .context("the scan broke off")??;
    Ok((name, report))
}

fn scan_file(mut file: File, scanner: &Scanner) -> anyhow::Result<Report> {
    let sha256 = digest(&mut file).context("it cannot be read")?;
    Ok(scanner.scan(sha256, BufReader::new(file))?)
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
