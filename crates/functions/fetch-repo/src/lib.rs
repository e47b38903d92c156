//! Brings one package's bytes into the store, through the one controlled exit.
//!
//! A request's URL becomes a download (as it is, or through a registry's own index with its published digest), the
//! download passes the guard at every hop, and its bytes are hashed on their way to a temporary file. Only a whole,
//! verified archive reaches the store, under its SHA-256. Nothing is unpacked and no credentials are ever sent.

mod address;
mod commit;
mod download;
mod failure;
mod fetched;
mod fetcher;
mod guard;
mod local;
mod registry;
mod resolver;
mod settings;
mod spool;
#[cfg(test)]
mod tests;

use domain::{Artifact, Document, Result, Store};

pub use address::special_purpose;
pub use failure::FetchError;
pub use fetched::Fetched;
pub use fetcher::Fetcher;
pub use guard::{Guard, Passage, Refusal, ShownUrl};
pub use settings::{FetchSettings, Indexes, Timeouts, settings_from, trusted_origin};

/// Fetches the document's package and stores its bytes, write-once.
///
/// # Errors
/// `Rejected` for what the rules, the registry or the upstream refuse; `Transient` for what a retry may cure.
pub async fn handle(document: Document, store: &impl Store, fetcher: &Fetcher) -> Result<Artifact> {
    // Boxed, since HTTP client and store together nest deeper than the compiler lays out futures.
    let fetched = Box::pin(fetcher.fetch(&document.request.url)).await?;
    Box::pin(fetched.store(store)).await
}
