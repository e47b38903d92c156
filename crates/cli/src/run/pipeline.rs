use std::{sync::Arc, time::Duration};

use adapter_local::{Folder, Outbox, PackageFolder, Terminal};
use anyhow::Context as _;
use domain::{
    Document, ExecutionInput, Policy, Result, Results, ScanService, ScanState, Store as _, StoreKey,
    Submission, Timestamp, Verdict,
};
use fetch_repo::Fetcher;
use futures_util::StreamExt as _;
use notify::{Notice, Ports, SubmissionNotice};
use parse_request::LocalPaths;

use super::{
    progress::{Line, Progress},
    stage::{attempt, caught},
};
use crate::output;

/// The largest list of rows, in bytes: the stages read no larger one either.
const LARGEST_LIST: u64 = 256 * 1024 * 1024;

/// The stages and what they work on: the state machine's definition as plain code.
pub(super) struct Pipeline<C> {
    pub(super) fetcher: Fetcher,
    pub(super) scanner: C,
    pub(super) repository: PackageFolder,
    pub(super) ports: Ports<Folder, Outbox, Terminal>,
    pub(super) policy: Policy,
    pub(super) now: fn() -> Timestamp,
}

impl<C: ScanService + 'static> Pipeline<C> {
    /// Takes every row through the stages, `jobs` at once, and gives what became of them.
    pub(super) async fn run(self: Arc<Self>, input: ExecutionInput, jobs: usize) -> anyhow::Result<Results> {
        let store = &self.ports.store;
        let parse = || parse_request::handle(input.clone(), &self.ports.source, store, LocalPaths::Allowed);
        let submission = attempt("parse-request", parse).await.context("cannot read the request file")?;
        let rows = self.rows(&submission).await?;
        self.packages(rows, jobs).await;
        self.report(input, submission).await
    }

    /// A task is made when the stream asks for it, so that at most `jobs` are there. What a task cannot tell in its
    /// row's result is told here; the report finds the result missing.
    async fn packages(self: &Arc<Self>, rows: Vec<Document>, jobs: usize) {
        let progress = Arc::new(Progress::new(rows.len() as u64));
        let tasks = rows.into_iter().map(|row| {
            let (pipeline, progress) = (Arc::clone(self), Arc::clone(&progress));
            tokio::spawn(async move { pipeline.package(row, &progress).await })
        });
        let mut packages = futures_util::stream::iter(tasks).buffer_unordered(jobs);
        while let Some(package) = packages.next().await {
            if let Err(error) = package.context("a package's run broke off").and_then(|done| Ok(done?)) {
                output::complain(&format!("{error:#}"));
            }
        }
    }

    async fn rows(&self, submission: &Submission) -> anyhow::Result<Vec<Document>> {
        let key = &submission.requests;
        let rows = self.ports.store.read(key, LARGEST_LIST).await?;
        let rows = rows.with_context(|| format!("{key} is not in the store"))?;
        let rows = serde_json::Deserializer::from_slice(&rows).into_iter();
        rows.collect::<Result<_, _>>().with_context(|| format!("cannot read {key}"))
    }

    /// One row from its fetch to its message. Only a message that cannot be delivered is an error.
    async fn package(&self, mut document: Document, progress: &Progress) -> Result<()> {
        let line = progress.line(document.request.package.as_str());
        if let Err(error) = self.inspect(&mut document, &line).await {
            document.failure = Some(caught(&error));
        }
        if let Err(error) = self.decide(&mut document, &line).await {
            document.failure = Some(caught(&error));
        }
        line.stage("notify");
        let notice = || Notice::Package(Box::new(document.clone()));
        attempt("notify", || notify::handle(notice(), &self.ports, &self.policy, (self.now)()))
            .await
            .map(|_| ())
    }

    async fn inspect(&self, document: &mut Document, line: &Line) -> Result<()> {
        let store = &self.ports.store;
        line.stage("fetch-repo");
        let fetch = || fetch_repo::handle(document.clone(), store, &self.fetcher);
        document.artifact = Some(attempt("fetch-repo", fetch).await?);
        line.stage("start-scan");
        let start = || start_scan::handle(document.clone(), store, &self.scanner);
        document.scan = Some(attempt("start-scan", start).await?);
        while let Some(scan) = document.scan.as_ref().filter(|scan| scan.state == ScanState::InProgress) {
            line.stage("poll-scan");
            tokio::time::sleep(Duration::from_secs(scan.wait_seconds.into())).await;
            let poll = || poll_scan::handle(document.clone(), &self.scanner);
            document.scan = Some(attempt("poll-scan", poll).await?);
        }
        Ok(())
    }

    async fn decide(&self, document: &mut Document, line: &Line) -> Result<()> {
        let store = &self.ports.store;
        line.stage("evaluate");
        let evaluate = || evaluate::handle(document.clone(), store, &self.policy, (self.now)());
        let decision = attempt("evaluate", evaluate).await?;
        let approved = decision.verdict() == Verdict::Approved;
        document.decision = Some(decision);
        if approved {
            line.stage("publish");
            let publish = || publish::handle(document.clone(), store, &self.repository);
            document.publication = Some(attempt("publish", publish).await?);
        }
        Ok(())
    }

    /// Collects the rows' results, and reads back what was kept of them.
    async fn report(&self, input: ExecutionInput, submission: Submission) -> anyhow::Result<Results> {
        let key = StoreKey::submission(&submission.id, "results.json")?;
        let ExecutionInput { source, requested_by } = input;
        let notice = SubmissionNotice { source, requested_by, submission: Some(submission), failure: None };
        let notice = || Notice::Submission(Box::new(notice.clone()));
        attempt("notify", || notify::handle(notice(), &self.ports, &self.policy, (self.now)())).await?;
        let results = self.ports.store.read(&key, LARGEST_LIST).await?;
        let results = results.with_context(|| format!("{key} is not in the store"))?;
        serde_json::from_slice(&results).with_context(|| format!("cannot read {key}"))
    }
}
