//! `publish`: puts the approved bytes, and no others, where people install from; and takes them back.

mod evidence;
mod manifest;
mod order;
mod revoke;

use domain::{
    Approved, Decision, DecisionRecord, Document, Error, PackageRepository, Publication, Release, Result,
    Revocation, RevocationRecord, Store, Timestamp, Verdict,
};
use serde::Serialize;

pub use order::Order;
pub use revoke::revoke;

/// A record holds the findings of a refusal; an approval has none at or above the threshold.
const LARGEST_RECORD: u64 = 64 * 1024 * 1024;

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Done {
    /// A package was published.
    Published(Publication),
    /// A package was taken back.
    Revoked(Revocation),
}

/// Does what the order says.
pub async fn carry_out(
    order: Order,
    store: &impl Store,
    repository: &impl PackageRepository,
    now: Timestamp,
) -> Result<Done> {
    match order {
        Order::Publish(document) => handle(*document, store, repository).await.map(Done::Published),
        Order::Revoke(input) => revoke(*input, store, repository, now).await.map(Done::Revoked),
    }
}

/// Publishes the document's artifact where its decision approves it, the decision's record in the store agrees, and
/// nobody has revoked it.
pub async fn handle(
    document: Document,
    store: &impl Store,
    repository: &impl PackageRepository,
) -> Result<Publication> {
    let package = &document.request.package;
    let not_approved =
        || Error::rejected(format!("{package} is not published: no decision approves its bytes"));
    let (Some(artifact), Some(decision), None) = (&document.artifact, &document.decision, &document.failure)
    else {
        return Err(not_approved());
    };
    let release = Release::of(package, artifact, decision).ok_or_else(not_approved)?;
    let record = backing(decision, store).await?;
    let approved = Approved {
        package: package.clone(),
        version: release.version().to_owned(),
        identity: record.identity.clone(),
    };
    refuse_revoked(&release, &approved, store, repository).await?;
    let file = spool::spool(artifact, store).await?;
    let release = release.with_evidence(evidence::gather(&record, store).await?);
    let release = manifest::add(release, artifact, file.path()).await?;
    let publication = repository.publish(&release, file.path()).await?;
    // Whoever revokes writes the record first: one that came while this was published has perhaps found nothing to take
    // back.
    refuse_revoked(&release, &approved, store, repository).await?;
    Ok(publication)
}

/// Takes back what was revoked, whatever an attempt that broke off has left of it, and says so.
async fn refuse_revoked(
    release: &Release,
    approved: &Approved,
    store: &impl Store,
    repository: &impl PackageRepository,
) -> Result<()> {
    let Some(record) = RevocationRecord::find(release.sha256(), store).await? else {
        return Ok(());
    };
    repository.revoke(approved).await?;
    Err(Error::rejected(format!("{} is not published: {}", release.package(), record.finding().message)))
}

/// The state could be forged by whoever may start an execution; the record in the store could not.
async fn backing(decision: &Decision, store: &impl Store) -> Result<DecisionRecord> {
    let not_backed =
        |why: String| Error::rejected(format!("the approval is not backed by its record: {why}"));
    let key = decision.record().ok_or_else(|| not_backed("it names none".to_owned()))?;
    let bytes = store
        .read(key, LARGEST_RECORD)
        .await?
        .ok_or_else(|| not_backed(format!("{key} is not in the store")))?;
    let record: DecisionRecord =
        serde_json::from_slice(&bytes).map_err(|e| not_backed(format!("{key} cannot be read")).because(e))?;
    if record.verdict == Verdict::Approved && record.sha256.as_ref() == decision.approved_sha256() {
        Ok(record)
    } else {
        Err(not_backed(format!("{key} says {} of {:?}", record.verdict.as_str(), record.sha256)))
    }
}

#[cfg(test)]
mod tests;
