use serde::{Deserialize, Serialize};

use crate::{
    CommitId, Counts, Coverage, Decision, Document, Error, Finding, Identity, PackageName, PackageUrl,
    Policy, Report, Result, ScanBackend, Sha256, Store, StoreKey, Timestamp, Verdict, Written,
};

/// A record holds the findings that refused a package, and a hostile archive can make many.
const LARGEST_RECORD: u64 = 64 * 1024 * 1024;

/// What is kept of a decision for good: `decisions/<package>/<sha256>/<time>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// The name asked for.
    pub package: PackageName,
    /// Where it came from.
    pub url: PackageUrl,
    /// The artifact, where there was one.
    pub sha256: Option<Sha256>,
    /// Its length in bytes.
    pub bytes: Option<u64>,
    /// The commit in a git archive's end comment.
    pub commit: Option<CommitId>,
    /// The version it is, or would be, published as.
    pub version: Option<String>,
    /// What `pip` or `npm` knows it as, where they would take it.
    #[serde(default)]
    pub identity: Option<Identity>,
    /// Who asked.
    pub requester: String,
    /// The submission that asked.
    pub submission: String,
    /// The outcome.
    pub verdict: Verdict,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
    /// Findings by severity.
    pub counts: Counts,
    /// The policy that was applied.
    pub policy: Policy,
    /// The scanner that was asked.
    pub backend: Option<ScanBackend>,
    /// The engine and its rules.
    pub engine: Option<String>,
    /// The full report.
    pub report: Option<StoreKey>,
    /// What was scanned.
    pub coverage: Option<Coverage>,
    /// The findings that refused it.
    pub findings: Vec<Finding>,
    /// When.
    pub decided_at: Timestamp,
}

impl DecisionRecord {
    /// The record of `decision` on the package that `document` tells of.
    pub fn new(
        document: &Document,
        decision: &Decision,
        report: Option<&Report>,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        let artifact = document.artifact.as_ref();
        let refusing = report.map(|r| r.findings.iter().filter(|f| policy.refuses(f)).cloned().collect());
        Self {
            package: document.request.package.clone(),
            url: document.request.url.clone(),
            sha256: artifact.map(|a| a.sha256),
            bytes: artifact.map(|a| a.bytes),
            commit: artifact.and_then(|a| a.commit.clone()),
            version: artifact.map(|a| a.version.clone()),
            identity: artifact.zip(report).and_then(|(a, r)| a.identity(&r.identities)).cloned(),
            requester: document.requester().to_owned(),
            submission: document.submission.id.clone(),
            verdict: decision.verdict(),
            reasons: decision.reasons().to_vec(),
            counts: decision.counts(),
            policy: *policy,
            backend: document.scan.as_ref().map(|s| s.backend),
            engine: report.map(|r| r.engine.clone()),
            report: report.and(document.scan.as_ref()).map(|s| s.report.clone()),
            coverage: report.map(|r| r.coverage.clone()),
            findings: refusing.unwrap_or_default(),
            decided_at: now,
        }
    }

    /// Writes the record, once: the same decision for the same submission is found again, not written again.
    pub async fn keep(&self, store: &impl Store) -> Result<StoreKey> {
        let prefix = StoreKey::decisions_prefix(&self.package, self.sha256.as_ref());
        for key in store.list(&prefix).await?.into_iter().rev() {
            let bytes = store.read(&key, LARGEST_RECORD).await?.unwrap_or_default();
            let same = serde_json::from_slice::<Self>(&bytes).is_ok_and(|kept| self.same_decision(&kept));
            if same {
                return Ok(key);
            }
        }
        let key = StoreKey::decision(&self.package, self.sha256.as_ref(), &self.decided_at);
        let json = serde_json::to_vec_pretty(self).map_err(|e| {
            Error::rejected(format!("cannot write the decision on {}", self.package)).because(e)
        })?;
        match store.put_if_absent(&key, json.into()).await? {
            Written::New => Ok(key),
            Written::AlreadyThere => {
                Err(Error::transient(format!("another decision has taken the key {key}")))
            }
        }
    }

    fn same_decision(&self, kept: &Self) -> bool {
        *self == Self { decided_at: self.decided_at, ..kept.clone() }
    }
}
