//! `airlock run`: a request file through every stage.

mod pipeline;
mod progress;
mod stage;
mod table;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::available_parallelism,
    time::SystemTime,
};

use adapter_local::{Folder, Outbox, PackageFolder, Terminal};
use anyhow::Context as _;
use domain::{
    ExecutionInput, Requester, Results, ScanService, Sha256, Source, Store as _, StoreKey, Timestamp, Verdict,
};
use fetch_repo::{FetchSettings, Fetcher};
use notify::Ports;
use scanner::BuiltinScan;

use crate::{
    Exit,
    arguments::{RunFormat, RunOptions, ScannerChoice},
    output,
};
use pipeline::Pipeline;

/// Where the approved packages are, below the store.
pub(crate) fn repository_folder(store: &Path) -> PathBuf {
    store.join("repository")
}

pub(crate) async fn run(options: RunOptions) -> anyhow::Result<Exit> {
    let store = Folder::new(&options.store);
    let input = input(&options.csv, &store).await?;
    let results = match options.scanner {
        ScannerChoice::Builtin => through(&options, input, BuiltinScan::new(store)).await?,
        ScannerChoice::Codeguru => code_guru(&options, input, store).await?,
    };
    match options.format {
        RunFormat::Json => output::print_json(&results)?,
        RunFormat::Human => output::print(&table::human(&results, &options.store))?,
    }
    Ok(match results.verdict() {
        Verdict::Approved => Exit::Clean,
        Verdict::Refused => Exit::Refused,
        Verdict::Failed => Exit::Failed,
    })
}

#[cfg(feature = "aws")]
async fn code_guru(options: &RunOptions, input: ExecutionInput, store: Folder) -> anyhow::Result<Results> {
    /// As long as a call may take, and as often as a scan is asked for: the functions' defaults.
    const CALL_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(20);
    const MAX_POLLS: u32 = 60;
    let aws = adapter_aws::Aws::load(CALL_TIMEOUT);
    through(options, input, aws.code_guru(store, MAX_POLLS)).await
}

#[cfg(not(feature = "aws"))]
async fn code_guru(_: &RunOptions, _: ExecutionInput, _: Folder) -> anyhow::Result<Results> {
    anyhow::bail!("this airlock was built without Amazon CodeGuru Security: build it with --features aws")
}

async fn through<C: ScanService + 'static>(
    options: &RunOptions,
    input: ExecutionInput,
    scanner: C,
) -> anyhow::Result<Results> {
    let store = Folder::new(&options.store);
    let settings = FetchSettings {
        spool_folder: Some(store.unfinished()),
        ..fetch_repo::settings_from(|name| std::env::var(name).ok())?
    };
    let pipeline = Pipeline {
        fetcher: Fetcher::new(settings).with_local_root(folder_of(&options.csv)),
        scanner,
        repository: PackageFolder::new(repository_folder(&options.store)),
        ports: Ports {
            store,
            notifier: Outbox::new(options.store.join("outbox")).dated(now()),
            source: Terminal,
        },
        policy: options.threshold,
        now,
    };
    let jobs = options.jobs.or(available_parallelism().ok()).map_or(1, std::num::NonZero::get);
    Arc::new(pipeline).run(input, jobs).await
}

/// Puts the request file into the store, byte for byte: what is wrong with a row is for `parse-request` to say.
async fn input(csv: &Path, store: &Folder) -> anyhow::Result<ExecutionInput> {
    let bytes =
        std::fs::read(csv).with_context(|| format!("cannot read the request file {}", csv.display()))?;
    let key = StoreKey::parse(&format!("requests/{}.csv", Sha256::of(&bytes)))?;
    let cannot = || {
        format!(
            "cannot write to the store {}",
            store.unfinished().parent().unwrap_or(Path::new(".")).display()
        )
    };
    store.put(&key, bytes.into()).await.with_context(cannot)?;
    let user = ["USER", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let requested_by = Requester { name: user.unwrap_or_default(), email: String::new() };
    Ok(ExecutionInput { source: Source::Store { key }, requested_by })
}

/// The folder that the request file's relative paths start from.
fn folder_of(csv: &Path) -> &Path {
    match csv.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The clock: stages are given the time.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
