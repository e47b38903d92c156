//! Types and pure decisions of Airlock, and the ports it talks through.
//!
//! Nothing here does I/O, knows an SDK, reads a clock or needs an async runtime. Text from outside becomes a newtype
//! with private fields at the edge ([`PackageName`], [`PackageUrl`], [`Sha256`], [`StoreKey`]), and after that no
//! `String` is a name, a URL, a digest or a key.

mod artifact;
mod decision;
mod digest;
mod distribution;
mod document;
mod error;
mod finding;
mod identity;
mod key;
mod location;
mod message;
mod name;
mod plain;
mod policy;
mod ports;
mod record;
mod release;
mod report;
mod request;
mod revocation;
mod sarif;
mod secret;
mod submission;
mod timestamp;

pub use artifact::{Artifact, Format};
pub use decision::{Decision, Verdict};
pub use digest::{CommitId, InvalidDigest, Sha256};
pub use distribution::{is_python_name, is_python_version, normalize, spelled, wheel_stem};
pub use document::{Document, Failure, Publication, Scan, ScanBackend, ScanState, UnknownBackend};
pub use error::{Error, Result};
pub use finding::{Confidence, Counts, Finding, Severity};
pub use identity::{Identity, Manifest, PackageKind, misnamed};
pub use key::{InvalidKey, StoreKey};
pub use location::{InvalidUrl, PackageUrl, Registry, RegistryPackage};
pub use message::Message;
pub use name::{InvalidName, PackageName};
pub use plain::{one_line, steers};
pub use policy::{InvalidThreshold, Policy, judge};
pub use ports::{
    Body, ByteStream, CommitState, Executions, Notifier, PackageRepository, RequestFiles, RequestSource,
    ScanService, SecretSource, Started, Store, Written,
};
pub use record::DecisionRecord;
pub use release::{Approved, Evidence, Release, Withdrawal};
pub use report::{Coverage, Report, Skipped};
pub use request::{RejectedRow, Request, Requester};
pub use revocation::{
    Revocation, RevocationInput, RevocationKind, RevocationNotice, RevocationRecord, RevocationRequest,
    RevokedName,
};
pub use sarif::{SarifArtifact, SarifRule, SarifRun};
pub use secret::Secret;
pub use submission::{
    ExecutionInput, ExecutionName, Origin, PackageResult, Results, Source, Submission, Work,
};
pub use timestamp::Timestamp;
