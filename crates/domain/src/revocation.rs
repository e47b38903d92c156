use serde::{Deserialize, Serialize};

use crate::{
    Confidence, Error, Failure, Finding, Identity, PackageName, Requester, Result, Severity, Sha256, Store,
    StoreKey, Timestamp, Written,
};

/// A revocation is a name, a reason and a time.
const LARGEST: u64 = 64 * 1024;

/// What an execution is started with to take an approved package back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationInput {
    /// What is taken back.
    pub source: RevocationRequest,
    /// Who asks for it.
    #[serde(default)]
    pub requested_by: Requester,
}

/// `{"kind": "revocation", "package": "x", "version": "1.0", "reason": "…"}`: stands where a request file would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationRequest {
    /// Tells it from a request file: what the state machine branches on.
    pub kind: RevocationKind,
    /// The package.
    pub package: PackageName,
    /// The version it was published as, or that its installer knows it as; every version where there is none.
    #[serde(default)]
    pub version: Option<String>,
    /// Why: told to everyone who asked for the package.
    pub reason: String,
}

/// The one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationKind {
    /// An approved package is taken back.
    Revocation,
}

/// What was taken back: added to the state by the state `Revoke`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// The versions, in order.
    pub versions: Vec<String>,
    /// What `Latest` serves now.
    pub latest: Option<String>,
    /// Everyone who asked for one of the versions.
    pub requesters: Vec<String>,
    /// The other names that the same bytes were approved as.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<RevokedName>,
}

/// What was taken back of one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokedName {
    /// The name.
    pub package: PackageName,
    /// Its versions with the bytes, in order.
    pub versions: Vec<String>,
    /// What its `Latest` serves now.
    pub latest: Option<String>,
    /// Everyone who asked for one of the versions by this name.
    pub requesters: Vec<String>,
}

/// The execution's document at its end, where something was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationNotice {
    /// What was asked.
    #[serde(flatten)]
    pub input: RevocationInput,
    /// Added by the state `Revoke`; absent where that failed.
    #[serde(default)]
    pub revocation: Option<Revocation>,
    /// Added by a `Catch`.
    #[serde(default)]
    pub failure: Option<Failure>,
}

/// What is kept of a revocation for good: `decisions/<sha256>/revoked.json`. While it is there, the bytes are refused,
/// whatever they are called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationRecord {
    /// The package that was taken back.
    pub package: PackageName,
    /// The bytes that were approved once.
    pub sha256: Sha256,
    /// The version they were published as; `None` where the decision on them could not be read.
    pub version: Option<String>,
    /// What `pip` or `npm` knows it as.
    pub identity: Option<Identity>,
    /// Why.
    pub reason: String,
    /// Who.
    pub revoked_by: String,
    /// When.
    pub revoked_at: Timestamp,
}

impl RevocationInput {
    /// Who asks: a revocation without a name and a reason is none.
    ///
    /// # Errors
    /// `Rejected`, with what is missing.
    pub fn revoked_by(&self) -> Result<&str> {
        let Requester { name, email } = &self.requested_by;
        let by = if email.trim().is_empty() { name } else { email };
        if by.trim().is_empty() {
            return Err(Error::rejected(
                "a revocation names who asks for it: give requested_by.name or .email",
            ));
        }
        if self.source.reason.trim().is_empty() {
            return Err(Error::rejected("a revocation gives its reason: source.reason is empty"));
        }
        Ok(by)
    }
}

impl Revocation {
    /// What was taken back of every name, first of the one that was asked for.
    pub fn names(&self, asked: &PackageName) -> Vec<RevokedName> {
        let Self { versions, latest, requesters, others } = self.clone();
        let own = RevokedName { package: asked.clone(), versions, latest, requesters };
        [own].into_iter().chain(others).collect()
    }
}

impl RevocationRecord {
    /// The record about these bytes; `None` where they were not revoked.
    ///
    /// # Errors
    /// The store's; `Rejected` where there is a record that cannot be read: it revokes all the same.
    pub async fn find(sha256: &Sha256, store: &impl Store) -> Result<Option<Self>> {
        let key = StoreKey::revocation(sha256);
        // Listed first: a store that may not be listed answers a key that is not there like one that is forbidden.
        if !store.list(key.as_str()).await?.contains(&key) {
            return Ok(None);
        }
        let Some(bytes) = store.read(&key, LARGEST).await? else { return Ok(None) };
        let read = serde_json::from_slice(&bytes);
        read.map(Some).map_err(|e| Error::rejected(format!("the revocation {key} cannot be read")).because(e))
    }

    /// Writes the record, once: the first revocation stays.
    pub async fn keep(&self, store: &impl Store) -> Result<Written> {
        let key = StoreKey::revocation(&self.sha256);
        let json = serde_json::to_vec_pretty(self)
            .map_err(|e| Error::rejected(format!("cannot write the revocation {key}")).because(e))?;
        store.put_if_absent(&key, json.into()).await
    }

    /// The finding that refuses the same bytes from now on.
    pub fn finding(&self) -> Finding {
        let Self { package, revoked_by, revoked_at, reason, .. } = self;
        let message =
            format!("these bytes were revoked by {revoked_by} on {revoked_at} as {package}: {reason}");
        Finding {
            rule: "package-revoked".into(),
            title: message.clone(),
            severity: Severity::Critical,
            confidence: Confidence::High,
            path: None,
            line: None,
            end_line: None,
            message,
            recommendation: "Ask for another version, or ask your InfoSec team why it was taken back.".into(),
            references: vec![],
        }
    }
}
