use domain::{
    Decision, DecisionRecord, Document, Error, Notifier, Policy, Result, Store, StoreKey, Timestamp,
};

use crate::text;

/// A record holds the findings that refused a package.
const LARGEST_RECORD: u64 = 64 * 1024 * 1024;

/// Tells whoever asked, then keeps the package's result: a row without a result was not told, and the submission's
/// report says so.
pub(crate) async fn tell(
    document: Document,
    store: &impl Store,
    notifier: &impl Notifier,
    policy: &Policy,
    now: Timestamp,
) -> Result<()> {
    let document = decided(document, store, policy, now).await?;
    let record = record(&document, store).await;
    notifier.deliver(&text::package(&document, record.as_ref())).await?;
    let result = serde_json::to_vec_pretty(&document.result()).map_err(|e| {
        Error::rejected(format!("cannot write the result of {}", document.request.package)).because(e)
    })?;
    let key = StoreKey::result(&document.submission.id, document.request.row)
        .map_err(|e| Error::rejected("the submission's id is no key of the store").because(e))?;
    store.put(&key, result.into()).await
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
