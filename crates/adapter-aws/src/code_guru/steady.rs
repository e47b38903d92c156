use domain::{Error, Finding, Result, Scan, Sha256, Store, StoreKey};
use serde::{Deserialize, Serialize};

use super::CodeGuru;

/// What a poll saw: findings may lag the state "Successful" (its GitHub action, issue 6).
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    poll: u32,
    findings: Sha256,
}

impl<S: Store> CodeGuru<S> {
    /// Forgets what the polls of an earlier run saw. Poll-scan may not list the store, so it must find something there.
    pub(super) async fn forget_seen(&self, scan: &Scan) -> Result<()> {
        self.put(&key(scan)?, &None::<Seen>).await
    }

    /// Whether the poll before saw the same findings. A retry of one poll is no second poll.
    pub(super) async fn is_steady(&self, scan: &Scan, findings: &[Finding]) -> Result<bool> {
        let (key, findings) = (key(scan)?, digest(findings)?);
        let before: Option<Option<Seen>> = self.get(&key).await?;
        let now = Seen { poll: scan.polls, findings };
        let same = |before: Seen| before.poll.checked_add(1) == Some(now.poll) && before.findings == findings;
        if before.flatten().is_some_and(same) {
            return Ok(true);
        }
        self.put(&key, &now).await?;
        Ok(false)
    }
}

fn key(scan: &Scan) -> Result<StoreKey> {
    let key = StoreKey::scan(&scan.id, "seen.json");
    key.map_err(|error| Error::rejected("no key for the findings seen").because(error))
}

/// The same for the same findings, whatever order they come in.
fn digest(findings: &[Finding]) -> Result<Sha256> {
    let lines: serde_json::Result<Vec<String>> = findings.iter().map(serde_json::to_string).collect();
    let mut lines = lines.map_err(|error| Error::rejected("a finding is no JSON").because(error))?;
    lines.sort_unstable();
    Ok(Sha256::of(lines.join("\n").as_bytes()))
}
