use domain::{
    Decision, DecisionRecord, Document, Error, Notifier, Policy, Result, Store, StoreKey, Timestamp,
};

use crate::{text, told};

/// A record holds the findings that refused a package.
const LARGEST_RECORD: u64 = 64 * 1024 * 1024;

/// Keeps the package's result, tells whoever asked, and marks that this result was told: a retry tells nobody twice, and
/// a result without its mark shows in the submission's report.
pub(crate) async fn tell(
    document: Document,
    store: &impl Store,
    notifier: &impl Notifier,
    policy: &Policy,
    now: Timestamp,
) -> Result<()> {
    let document = decided(document, store, policy, now).await?;
    let (submission, row) = (&document.submission.id, document.request.row);
    let result = serde_json::to_vec_pretty(&document.result()).map_err(|e| {
        Error::rejected(format!("cannot write the result of {}", document.request.package)).because(e)
    })?;
    let told = told::mark(submission, &format!("{row:08}"), &result)?;
    let key = StoreKey::result(submission, row)
        .map_err(|e| Error::rejected("the submission's id is no key of the store").because(e))?;
    store.put(&key, result.into()).await?;
    let record = record(&document, store).await;
    let message = text::package(&document, record.as_ref());
    told::once(&told, store, || notifier.deliver(&message)).await
}

/// A package that no stage could decide on is decided `failed` here, so that every row ends in one decision.
async fn decided(
    document: Document,
    store: &impl Store,
    policy: &Policy,
    now: Timestamp,
) -> Result<Document> {
    if document.decision.is_some() {
        return Ok(document);
    }
    let reason = document.reasons().join("; ");
    let decision = Decision::failed(document.artifact.as_ref().map(|a| a.sha256), reason);
    let record = DecisionRecord::new(&document, &decision, None, policy, now).keep(store).await?;
    Ok(Document { decision: Some(decision.recorded(record)), ..document })
}

/// The findings, for the mail. Their absence does not keep anybody from being told the verdict.
async fn record(document: &Document, store: &impl Store) -> Option<DecisionRecord> {
    let key = document.decision.as_ref().and_then(Decision::record)?;
    let bytes = store.read(key, LARGEST_RECORD).await.ok()??;
    serde_json::from_slice(&bytes).ok()
}
