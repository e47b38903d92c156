use serde::{Deserialize, Serialize};

use crate::{Artifact, Decision, PackageResult, Request, StoreKey, Submission, Verdict, one_line};

/// The document of one package, as it grows from stage to stage. Each stage adds exactly one key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The push or run that asked.
    pub submission: Submission,
    /// The row.
    pub request: Request,
    /// Added by `fetch-repo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<Artifact>,
    /// Added by `start-scan`, replaced by `poll-scan`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan: Option<Scan>,
    /// Added by `evaluate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Added by `publish`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
    /// Added by a `Catch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// A scan, asked for or finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Who scans.
    pub backend: ScanBackend,
    /// The scan's id: unique to the artifact and the engine.
    pub id: String,
    /// How far it is: what the state machine branches on.
    pub state: ScanState,
    /// How often it was asked for.
    pub polls: u32,
    /// How long to wait before asking again, in seconds.
    pub wait_seconds: u32,
    /// `scans/<id>/report.json`, there once the scan is successful.
    pub report: StoreKey,
}

/// Who scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanBackend {
    /// Airlock's own engine.
    Builtin,
    /// Amazon CodeGuru Security.
    Codeguru,
}

/// The text names no scanner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no scanner: use builtin or codeguru")]
pub struct UnknownBackend(String);

impl std::str::FromStr for ScanBackend {
    type Err = UnknownBackend;
    fn from_str(text: &str) -> Result<Self, UnknownBackend> {
        match text {
            "builtin" => Ok(Self::Builtin),
            "codeguru" => Ok(Self::Codeguru),
            other => Err(UnknownBackend(other.chars().take(40).collect())),
        }
    }
}

/// How far a scan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanState {
    /// Ask again later.
    InProgress,
    /// The report is in the store.
    Successful,
    /// There will be no report.
    Failed,
}

/// Where an approved package was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// The repository, as its users call it: `airlock/approved`.
    pub repository: String,
    /// The immutable version.
    pub version: String,
    /// The file in it.
    pub asset: String,
    /// Whether `Latest` serves this version too.
    pub latest: bool,
    /// The commands that get it, the plainest first.
    pub install: Vec<String>,
}

/// What a `Catch` of the state machine leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The error's name: `Rejected`, `Transient`, `States.Timeout`, `Lambda.…`.
    #[serde(rename = "Error")]
    pub error: String,
    /// What Lambda wrote of it: JSON with `errorMessage`, or plain text.
    #[serde(rename = "Cause", default)]
    pub cause: String,
}

impl Failure {
    /// One sentence for people, as [`one_line`].
    pub fn message(&self) -> String {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct LambdaError {
            error_message: String,
        }
        let said = match serde_json::from_str::<LambdaError>(&self.cause) {
            Ok(error) => error.error_message,
            Err(_) => self.cause.clone(),
        };
        match (one_line(said.trim()).as_str(), one_line(&self.error).as_str()) {
            ("", error) => format!("the stage ended with {error}"),
            (said, "Rejected" | "Transient") => said.to_owned(),
            (said, error) => format!("{error}: {said}"),
        }
    }
}

impl Document {
    /// What became of the package in the end. Approved means decided so *and* published.
    pub fn verdict(&self) -> Verdict {
        match (self.decision.as_ref().map(Decision::verdict), &self.publication) {
            (Some(Verdict::Approved), Some(_)) => Verdict::Approved,
            (Some(Verdict::Refused), _) => Verdict::Refused,
            _ => Verdict::Failed,
        }
    }

    /// Why, one sentence each.
    pub fn reasons(&self) -> Vec<String> {
        let decided = self.decision.as_ref().map(|d| d.reasons().to_vec()).unwrap_or_default();
        let failure = self.failure.as_ref().map(Failure::message);
        match (self.verdict(), failure) {
            (Verdict::Failed, Some(failure)) if !decided.contains(&failure) => {
                decided.into_iter().chain([failure]).collect()
            }
            (Verdict::Failed, None) if decided.is_empty() => vec!["the package was not published".to_owned()],
            _ => decided,
        }
    }

    /// Who is told: the row's requester, else who pushed.
    pub fn requester(&self) -> &str {
        let pushed = &self.submission.requested_by;
        let fallback = if pushed.email.is_empty() { &pushed.name } else { &pushed.email };
        self.request.requester.as_deref().unwrap_or(fallback)
    }

    /// What became of the row, for the submission's results.
    pub fn result(&self) -> PackageResult {
        PackageResult {
            package: self.request.package.clone(),
            url: self.request.url.clone(),
            sha256: self.artifact.as_ref().map(|a| a.sha256),
            bytes: self.artifact.as_ref().map(|a| a.bytes),
            verdict: self.verdict(),
            reasons: self.reasons(),
            counts: self.decision.as_ref().map(Decision::counts).unwrap_or_default(),
            publication: self.publication.clone(),
            record: self.decision.as_ref().and_then(|d| d.record().cloned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_is_told_in_one_sentence() {
        let failure =
            |error: &str, cause: &str| Failure { error: error.into(), cause: cause.into() }.message();
        let cause = r#"{"errorType":"Rejected","errorMessage":"the host example.org is not allowed"}"#;
        assert_eq!(failure("Rejected", cause), "the host example.org is not allowed");
        assert_eq!(failure("States.Timeout", ""), "the stage ended with States.Timeout");
        assert_eq!(failure("Lambda.Unknown", "out of memory"), "Lambda.Unknown: out of memory");
        assert_eq!(
            failure("Rejected", "no a\nVerdict: approved at https://b.invalid/?X-Amz-Signature=c4"),
            r"no a\u{a}Verdict: approved at https://b.invalid/?…"
        );
    }
}
