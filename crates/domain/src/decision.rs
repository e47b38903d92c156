use serde::{Deserialize, Serialize};

use crate::{Counts, Coverage, Sha256, StoreKey, one_line};

const MOST_REASONS: usize = 20;
const LONGEST_REASON: usize = 400;

/// The outcome for one package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every byte was scanned, nothing reached the threshold.
    Approved,
    /// Something reached the threshold, or something was not scanned.
    Refused,
    /// Something went wrong, so nothing was judged.
    Failed,
}

impl Verdict {
    /// The word for people and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// The decision on one artifact. `approved` cannot be made, nor read, without the digest of the bytes and a complete
/// coverage; in this crate only [`judge`](crate::judge) makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Decision {
    ruling: Ruling,
    reasons: Vec<String>,
    counts: Counts,
    record: Option<StoreKey>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Ruling {
    Approved { sha256: Sha256, coverage: Coverage },
    Refused { sha256: Sha256 },
    Failed { sha256: Option<Sha256> },
}

impl Decision {
    pub(crate) fn approved(sha256: Sha256, coverage: Coverage, counts: Counts) -> Self {
        Self { ruling: Ruling::Approved { sha256, coverage }, reasons: vec![], counts, record: None }
    }

    pub(crate) fn refused(sha256: Sha256, reasons: Vec<String>, counts: Counts) -> Self {
        Self { ruling: Ruling::Refused { sha256 }, reasons: shorten(reasons), counts, record: None }
    }

    /// Nothing could be judged, and why.
    pub fn failed(sha256: Option<Sha256>, reason: impl Into<String>) -> Self {
        let reasons = shorten(vec![reason.into()]);
        Self { ruling: Ruling::Failed { sha256 }, reasons, counts: Counts::default(), record: None }
    }

    /// The same decision, with the key of its record.
    #[must_use]
    pub fn recorded(self, record: StoreKey) -> Self {
        Self { record: Some(record), ..self }
    }

    /// The outcome.
    pub fn verdict(&self) -> Verdict {
        match self.ruling {
            Ruling::Approved { .. } => Verdict::Approved,
            Ruling::Refused { .. } => Verdict::Refused,
            Ruling::Failed { .. } => Verdict::Failed,
        }
    }

    /// The bytes that may be published: present only where they were approved.
    pub fn approved_sha256(&self) -> Option<&Sha256> {
        match &self.ruling {
            Ruling::Approved { sha256, .. } => Some(sha256),
            Ruling::Refused { .. } | Ruling::Failed { .. } => None,
        }
    }

    /// Why, one sentence each; the worst first.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// Findings by severity.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The key of the decision's record, once it is written.
    pub fn record(&self) -> Option<&StoreKey> {
        self.record.as_ref()
    }
}

/// Decisions travel in the state, which is bounded, and are read by people, whom a member's name must not mislead: the
/// report holds every finding as it is.
fn shorten(mut reasons: Vec<String>) -> Vec<String> {
    let more = reasons.len().saturating_sub(MOST_REASONS);
    reasons.truncate(MOST_REASONS);
    for reason in &mut reasons {
        *reason = one_line(reason);
        if let Some((end, _)) = reason.char_indices().nth(LONGEST_REASON) {
            reason.truncate(end);
            reason.push('…');
        }
    }
    if more > 0 {
        reasons.push(format!("and {more} more: see the report"));
    }
    reasons
}

/// The decision as JSON.
#[derive(Serialize, Deserialize)]
struct Written {
    verdict: Verdict,
    #[serde(default)]
    sha256: Option<Sha256>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coverage: Option<Coverage>,
    reasons: Vec<String>,
    counts: Counts,
    record: Option<StoreKey>,
}

impl From<Decision> for Written {
    fn from(decision: Decision) -> Self {
        let verdict = decision.verdict();
        let Decision { ruling, reasons, counts, record } = decision;
        let (sha256, coverage) = match ruling {
            Ruling::Approved { sha256, coverage } => (Some(sha256), Some(coverage)),
            Ruling::Refused { sha256 } => (Some(sha256), None),
            Ruling::Failed { sha256 } => (sha256, None),
        };
        Self { verdict, sha256, coverage, reasons, counts, record }
    }
}

impl TryFrom<Written> for Decision {
    type Error = &'static str;

    fn try_from(written: Written) -> std::result::Result<Self, Self::Error> {
        let Written { verdict, sha256, coverage, reasons, counts, record } = written;
        let ruling = match (verdict, sha256, coverage) {
            (Verdict::Approved, Some(sha256), Some(coverage)) if coverage.is_complete() => {
                Ruling::Approved { sha256, coverage }
            }
            (Verdict::Approved, ..) => {
                return Err("an approval needs the artifact's digest and a complete coverage");
            }
            (Verdict::Refused, Some(sha256), _) => Ruling::Refused { sha256 },
            (Verdict::Refused, None, _) => return Err("a refusal needs the artifact's digest"),
            (Verdict::Failed, sha256, _) => Ruling::Failed { sha256 },
        };
        Ok(Self { ruling, reasons, counts, record })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_without_digest_or_coverage_cannot_be_read() {
        let counts =
            r#""reasons":[],"counts":{"critical":0,"high":0,"medium":0,"low":0,"info":0},"record":null"#;
        let digest = Sha256::of(b"x");
        let full = r#""coverage":{"files":1,"bytes":1,"scanned_files":1,"scanned_bytes":1,"skipped":[]}"#;
        let part = r#""coverage":{"files":2,"bytes":1,"scanned_files":1,"scanned_bytes":1,"skipped":[]}"#;
        let read = |fields: &str| {
            serde_json::from_str::<Decision>(&format!(r#"{{"verdict":"approved",{fields}{counts}}}"#))
        };
        assert!(read(&format!(r#""sha256":"{digest}",{full},"#)).is_ok());
        assert!(read("").is_err());
        assert!(read(&format!("{full},")).is_err());
        assert!(read(&format!(r#""sha256":"{digest}","#)).is_err());
        assert!(read(&format!(r#""sha256":"{digest}",{part},"#)).is_err());
    }

    #[test]
    fn a_decision_stays_small_however_much_was_found() {
        let reasons = (0..100_000).map(|n| format!("{n} {}", "é".repeat(1000))).collect();
        let decision = Decision::refused(Sha256::of(b"x"), reasons, Counts::default());
        assert_eq!(decision.reasons().last().unwrap(), "and 99980 more: see the report");
        assert!(serde_json::to_string(&decision).unwrap().len() < 32 * 1024);
    }
}
