//! The decisions of the store, read as far as they can be: one that cannot must not keep others installable.

use domain::{Approved, DecisionRecord, Error, PackageName, Result, Sha256, Store, StoreKey, Verdict};

use crate::LARGEST_RECORD;

/// What decisions say.
pub(super) struct Decisions {
    /// Those that approved.
    pub(super) approvals: Vec<Approval>,
    /// The bytes, by their keys, of those that cannot be read: they may have approved.
    pub(super) unreadable: Vec<Sha256>,
    /// The first error, where not all were read.
    pub(super) unread: Result<()>,
}

/// A decision that approved bytes as a version.
pub(super) struct Approval {
    pub(super) sha256: Sha256,
    pub(super) approved: Approved,
    /// Who asked.
    pub(super) requester: String,
}

impl Decisions {
    /// Those on bytes that are asked for, by the keys that start with `prefix`.
    pub(super) async fn below(
        prefix: &str,
        is_asked_for: impl Fn(&Sha256) -> bool,
        store: &impl Store,
    ) -> Self {
        let mut decisions = Self { approvals: vec![], unreadable: vec![], unread: Ok(()) };
        let keys = store.list(prefix).await.unwrap_or_else(|error| {
            decisions.unread = Err(error);
            vec![]
        });
        for key in keys {
            let Some((package, sha256)) = key.decided_on() else { continue };
            if !is_asked_for(&sha256) {
                continue;
            }
            match read(&key, &package, &sha256, store).await {
                Ok(record) => decisions.approvals.extend(Approval::of(record)),
                Err(error) => {
                    // The next attempt may read it.
                    if matches!(error, Error::Rejected { .. }) {
                        decisions.unreadable.push(sha256);
                    }
                    decisions.unread = decisions.unread.and(Err(error));
                }
            }
        }
        decisions
    }
}

async fn read(
    key: &StoreKey,
    package: &PackageName,
    sha256: &Sha256,
    store: &impl Store,
) -> Result<DecisionRecord> {
    let unreadable = || {
        Error::rejected(format!(
            "the decision {key} cannot be read: its bytes are refused from now on, but what it alone approved is not \
             taken back; restore or remove it, and revoke again"
        ))
    };
    let bytes = match store.read(key, LARGEST_RECORD).await {
        Err(error @ Error::Rejected { .. }) => return Err(unreadable().because(error)),
        read => read?.unwrap_or_default(),
    };
    let record: DecisionRecord =
        serde_json::from_slice(&bytes).map_err(|error| unreadable().because(error))?;
    if record.package == *package && record.sha256.as_ref() == Some(sha256) {
        Ok(record)
    } else {
        Err(unreadable().because("it is about another package, or other bytes"))
    }
}

impl Approval {
    fn of(record: DecisionRecord) -> Option<Self> {
        let DecisionRecord { package, sha256, version, identity, requester, verdict, .. } = record;
        if verdict != Verdict::Approved {
            return None;
        }
        Some(Self { sha256: sha256?, approved: Approved { package, version: version?, identity }, requester })
    }

    /// Whether the version is this one, as it was published or as its installer knows it.
    pub(super) fn is(&self, version: Option<&str>) -> bool {
        let own = self.approved.identity.as_ref().map(|identity| identity.version.as_str());
        version.is_none_or(|version| version == self.approved.version || Some(version) == own)
    }
}
