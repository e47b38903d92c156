//! Marks in the store of what was told, so that a retry tells nobody twice and nothing untold is taken for told.

use bytes::Bytes;
use domain::{Error, Result, Sha256, Store, StoreKey};

/// `submissions/<id>/told/<subject>-<digest of what was told>`.
pub(crate) fn mark(submission: &str, subject: &str, told: &[u8]) -> Result<StoreKey> {
    StoreKey::submission(submission, &format!("told/{subject}-{}", Sha256::of(told)))
        .map_err(|e| Error::rejected("the submission's id is no key of the store").because(e))
}

/// Tells, unless the mark is there, and then sets it.
pub(crate) async fn once<F>(mark: &StoreKey, store: &impl Store, tell: impl FnOnce() -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    if store.list(mark.as_str()).await?.is_empty() {
        tell().await?;
        store.put(mark, Bytes::new().into()).await?;
    }
    Ok(())
}
