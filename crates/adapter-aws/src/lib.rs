//! The ports on AWS: S3, Step Functions, CodeArtifact, CodeGuru Security, SNS, Secrets Manager. The sole SDK user.
//!
//! Everything is lazy: configuration, credentials and certificates are loaded by the first call and not before. One
//! HTTP client is shared. Whether a failed call may be tried again is decided in one place, `error`.

mod aws;
mod bucket;
mod code_artifact;
mod code_guru;
mod error;
mod file;
mod http;
mod parts;
mod secret;
mod sent_body;
mod state_machine;
mod topic;
#[cfg(test)]
mod wire;

pub use aws::Aws;
pub use bucket::Bucket;
pub use code_artifact::CodeArtifact;
pub use code_guru::CodeGuru;
pub use secret::ManagedSecret;
pub use state_machine::StateMachine;
pub use topic::Topic;
