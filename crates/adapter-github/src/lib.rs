//! GitHub: webhook signatures, the request file at a commit, commit statuses, private repositories of approved packages.
//!
//! What arrives is an [`UnverifiedWebhook`]; only [`UnverifiedWebhook::verify`] makes a [`Webhook`] of it. [`GitHub`]
//! reads the request file at the pushed commit, never at a branch's head, and answers with a commit status.
//! [`GitHubPackages`] publishes: one repository for a package, one commit and tag for a version, pushed by git's protocol.

mod api;
mod git;
mod http;
mod packages;
mod repository;
mod signature;
#[cfg(test)]
mod stand_in;
mod webhook;

pub use api::GitHub;
pub use packages::GitHubPackages;
pub use repository::{InvalidRepository, RepositoryName};
pub use webhook::{MAX_BODY, Push, UnverifiedWebhook, Webhook, WebhookError};
