use domain::{
    CommitState, Counts, Document, Error, Failure, Notifier, PackageResult, RejectedRow, RequestSource,
    Requester, Result, Results, Store, StoreKey, Submission, Verdict,
};
use futures_util::{StreamExt as _, TryStreamExt as _};

use crate::{Ports, RunOutcome, notice::SubmissionNotice, text, told};

const LARGEST_LIST: u64 = 256 * 1024 * 1024;
const LARGEST_RESULT: u64 = 1024 * 1024;
const READS_AT_ONCE: usize = 16;

/// Collects what became of every row, and tells it: in the store, on the commit, in a digest.
pub(crate) async fn report<S, N, R>(notice: SubmissionNotice, ports: &Ports<S, N, R>) -> Result<RunOutcome>
where
    S: Store,
    N: Notifier,
    R: RequestSource,
{
    let (results, outcome) = collect(&notice, &ports.store).await?;
    let json = serde_json::to_vec_pretty(&results)
        .map_err(|e| Error::rejected("cannot write the submission's results").because(e))?;
    let told = told::mark(&results.submission, "report", &json)?;
    ports.store.put(&key(&results.submission, "results.json")?, json.into()).await?;
    let state = match results.verdict() {
        Verdict::Approved => CommitState::Success,
        Verdict::Refused => CommitState::Failure,
        Verdict::Failed => CommitState::Error,
    };
    let answered = ports.source.answer(&notice.source.origin(), state, &text::summary(&results)).await;
    // A host that takes no status must not keep the digest from being sent; its error is told after. The retry that
    // follows finds that these results were told.
    let message = text::submission(&results, requester(&notice.requested_by));
    told::once(&told, &ports.store, || ports.notifier.deliver(&message)).await?;
    answered.map(|()| outcome)
}

fn requester(by: &Requester) -> &str {
    if by.email.is_empty() { &by.name } else { &by.email }
}

async fn collect(notice: &SubmissionNotice, store: &impl Store) -> Result<(Results, RunOutcome)> {
    let failure = notice.failure.as_ref().map(Failure::message);
    let Some(submission) = &notice.submission else {
        let failure = failure.unwrap_or_else(|| "the request file was not read".to_owned());
        let submission = notice.source.submission_id()?;
        let results = Results { submission, packages: vec![], rejected_rows: vec![], failure: Some(failure) };
        return Ok((results, RunOutcome::Failed));
    };
    let rows = rows(submission, store).await?;
    let [there, told] = ["results", "told"].map(|folder| format!("submissions/{}/{folder}/", submission.id));
    let (there, told) = (store.list(&there).await?, store.list(&told).await?);
    let results: Vec<(PackageResult, bool)> = futures_util::stream::iter(rows)
        .map(|row| result(submission, row, [&there, &told], store))
        .buffered(READS_AT_ONCE)
        .try_collect()
        .await?;
    let complete = failure.is_none() && results.iter().all(|(_, finished)| *finished);
    let results = Results {
        submission: submission.id.clone(),
        packages: results.into_iter().map(|(result, _)| result).collect(),
        rejected_rows: rejected_rows(submission, store).await?,
        failure,
    };
    Ok((results, if complete { RunOutcome::Completed } else { RunOutcome::Failed }))
}

/// The rows that were accepted: each must end in a result.
async fn rows(submission: &Submission, store: &impl Store) -> Result<Vec<Document>> {
    let key = &submission.requests;
    let bytes = store
        .read(key, LARGEST_LIST)
        .await?
        .ok_or_else(|| Error::rejected(format!("{key} is not in the store")))?;
    let unreadable = |e| Error::rejected(format!("{key} cannot be read")).because(e);
    serde_json::Deserializer::from_slice(&bytes).into_iter().map(|row| row.map_err(unreadable)).collect()
}

/// What became of a row, and whether that was told. A row without a result is `failed`, never left out.
async fn result(
    submission: &Submission,
    row: Document,
    [there, told]: [&[StoreKey]; 2],
    store: &impl Store,
) -> Result<(PackageResult, bool)> {
    let key = StoreKey::result(&submission.id, row.request.row)
        .map_err(|e| Error::rejected("the submission's id is no key of the store").because(e))?;
    let bytes = match there.binary_search(&key).is_ok() {
        true => store.read(&key, LARGEST_RESULT).await?,
        false => None,
    };
    if let Some(bytes) = bytes
        && let Ok(result) = serde_json::from_slice(&bytes)
    {
        let mark = told::mark(&submission.id, &format!("{:08}", row.request.row), &bytes)?;
        return Ok((result, told.binary_search(&mark).is_ok()));
    }
    let failed = PackageResult {
        package: row.request.package,
        url: row.request.url,
        sha256: None,
        bytes: None,
        verdict: Verdict::Failed,
        reasons: vec!["the run of this row did not finish".to_owned()],
        counts: Counts::default(),
        publication: None,
        record: None,
    };
    Ok((failed, false))
}

async fn rejected_rows(submission: &Submission, store: &impl Store) -> Result<Vec<RejectedRow>> {
    let key = key(&submission.id, "rejected.json")?;
    let bytes = store
        .read(&key, LARGEST_LIST)
        .await?
        .ok_or_else(|| Error::rejected(format!("{key} is not in the store")))?;
    serde_json::from_slice(&bytes).map_err(|e| Error::rejected(format!("{key} cannot be read")).because(e))
}

fn key(submission: &str, file: &str) -> Result<StoreKey> {
    StoreKey::submission(submission, file)
        .map_err(|e| Error::rejected("the submission's id is no key of the store").because(e))
}
