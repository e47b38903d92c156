//! Turns the request file into the rows to work on.
//!
//! A row is worked on when it is new: when no row of the file before the push has the same cells. What
//! is wrong with a row is reported for that row and harms no other; only a file that cannot be read at all is an error.
//! Everything written is a function of the input, so that a retry writes the same bytes under the same keys.

mod clash;
mod columns;
mod records;
mod row;
mod table;

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use domain::{
    Document, Error, ExecutionInput, RejectedRow, Request, RequestFiles, RequestSource, Result, Sha256,
    Source, Store, StoreKey, Submission, Work,
};

use crate::{row::Row, table::MAX_BYTES};

/// Whether a row may name a file beside the request file instead of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalPaths {
    /// For the runner on one machine.
    Allowed,
    /// Everywhere else.
    Refused,
}

/// Reads the request file and writes `submissions/<id>/`: `request.csv` as it is, `rejected.json`, and `requests.jsonl`
/// with one [`Document`] a line. A file that is missing, empty, too large or no CSV is [`Error::Rejected`].
pub async fn handle(
    input: ExecutionInput,
    source: &impl RequestSource,
    store: &impl Store,
    paths: LocalPaths,
) -> Result<Submission> {
    let files = load(&input.source, source, store).await?;
    let rows =
        table::read(&files.current, paths).map_err(|e| Error::rejected(format!("the request file {e}")))?;
    // A file before that cannot be read hides no row: all are new.
    let known = files.previous.and_then(|previous| table::read(&previous, paths).ok()).unwrap_or_default();
    let (accepted, rejected) = settle(rows, known);

    let id = id_of(&input.source, &files.current)?;
    let submission = Submission {
        requests: key(&id, "requests.jsonl")?,
        id,
        source: input.source.origin(),
        requested_by: input.requested_by,
        work: if accepted.is_empty() { Work::Nothing } else { Work::Packages },
    };
    store.put(&key(&submission.id, "request.csv")?, files.current.into()).await?;
    store.put(&key(&submission.id, "rejected.json")?, json(&rejected)?.into()).await?;
    store.put(&submission.requests, lines(&submission, accepted)?.into()).await?;
    Ok(submission)
}

async fn load(asked: &Source, source: &impl RequestSource, store: &impl Store) -> Result<RequestFiles> {
    let current = match asked {
        Source::Github { .. } => return source.read(asked).await,
        Source::Inline { csv } => Bytes::from(csv.clone()),
        Source::Store { key } => {
            let missing =
                || Error::rejected(format!("there is no request file {key} in the store: upload it first"));
            store.read(key, MAX_BYTES as u64).await?.ok_or_else(missing)?
        }
    };
    Ok(RequestFiles { current, previous: None })
}

/// The new rows: what is worked on, and what is reported. A row that was there before is not new, unless it could not be
/// accepted before and can be now; while it still cannot be, it is not reported again, and keeps no other from being
/// accepted: of rows that clash in the file before, nobody knows which of them were pushed before the others.
fn settle(rows: Vec<Row>, before: Vec<Row>) -> (Vec<Request>, Vec<RejectedRow>) {
    let mut known = HashMap::new();
    for (row, problem) in before.iter().zip(clash::problems(&before, &[])) {
        // Of rows that are the same, one was accepted.
        *known.entry(&row.identity).or_insert(false) |= row.asked.is_ok() && problem.is_none();
    }
    let (mut old, mut new, mut again) = (vec![], vec![], vec![]);
    for row in rows {
        match known.get(&row.identity) {
            Some(true) => old.push(row),
            Some(false) => again.push(row),
            None => new.push(row),
        }
    }
    let still = clash::problems(&again, &old);
    // What an accepted row asked for was worked on, and no second row for the same makes it new.
    let settled: HashSet<_> = old.iter().filter_map(Row::asked_for).collect();
    for (row, problem) in again.into_iter().zip(still) {
        let same = row.asked_for().is_some_and(|asked| settled.contains(&asked));
        if same || problem.is_some() { old.push(row) } else { new.push(row) }
    }
    new.sort_by_key(|row| row.line);

    let problems = clash::problems(&new, &old);
    let (mut accepted, mut rejected) = (vec![], vec![]);
    for (row, problem) in new.into_iter().zip(problems) {
        match row.asked.and_then(|request| problem.map_or(Ok(request), Err)) {
            Ok(request) => accepted.push(request),
            Err(_) if known.contains_key(&row.identity) => {}
            Err(reason) => rejected.push(RejectedRow { row: row.line, reason }),
        }
    }
    (accepted, rejected)
}

/// The submission's id. The key of a file in the store does not pin its content, as a commit does; its digest does.
fn id_of(source: &Source, current: &[u8]) -> Result<String> {
    match source {
        Source::Github { .. } | Source::Inline { .. } => source.submission_id(),
        Source::Store { key } => {
            let mut digits = Sha256::of(format!("{key}\n{}", Sha256::of(current)).as_bytes()).to_string();
            digits.truncate(32);
            Ok(digits)
        }
    }
}

fn lines(submission: &Submission, requests: Vec<Request>) -> Result<Vec<u8>> {
    let mut text = vec![];
    for request in requests {
        let document = Document {
            submission: submission.clone(),
            request,
            artifact: None,
            scan: None,
            decision: None,
            publication: None,
            failure: None,
        };
        text.extend(json(&document)?);
        text.push(b'\n');
    }
    Ok(text)
}

fn key(id: &str, file: &str) -> Result<StoreKey> {
    StoreKey::submission(id, file)
        .map_err(|e| Error::rejected("cannot name the submission's files").because(e))
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| Error::rejected("cannot write the submission as JSON").because(e))
}

#[cfg(test)]
mod tests;
