//! `notify`: tells whoever asked what became of a package, at the end what became of the submission, and that a package
//! was taken back.

mod notice;
mod package;
mod plain;
mod revocation;
mod submission;
#[cfg(test)]
mod tests;
mod text;
mod told;

use domain::{Notifier, Policy, RequestSource, Result, Store, Timestamp};
use serde::Serialize;

pub use crate::notice::{Notice, SubmissionNotice};

/// What this stage reaches the world through.
pub struct Ports<S, N, R> {
    /// Holds the results.
    pub store: S,
    /// Delivers the messages.
    pub notifier: N,
    /// Where the request came from, and is answered.
    pub source: R,
}

/// What the state machine is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// What the last Choice branches on.
    pub outcome: RunOutcome,
}

/// How the run as a whole ended. A refused package is a completed run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// Every row that was accepted has a result, and its message was sent.
    Completed,
    /// The run as a whole failed, or a row was left without a result or a message.
    Failed,
}

/// Tells what the notice says.
pub async fn handle<S, N, R>(
    notice: Notice,
    ports: &Ports<S, N, R>,
    policy: &Policy,
    now: Timestamp,
) -> Result<Outcome>
where
    S: Store,
    N: Notifier,
    R: RequestSource,
{
    let outcome = match notice {
        Notice::Package(document) => {
            package::tell(*document, &ports.store, &ports.notifier, policy, now).await?;
            RunOutcome::Completed
        }
        Notice::Submission(notice) => submission::report(*notice, ports).await?,
        Notice::Revocation(notice) => revocation::tell(*notice, &ports.store, &ports.notifier).await?,
    };
    Ok(Outcome { outcome })
}
