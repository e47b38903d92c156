use domain::{Document, Failure, Requester, RevocationNotice, Source, Submission};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

/// What `notify` is asked to tell, by the Task states that it serves.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// `Notify`: one package's document, as far as it grew.
    Package(Box<Document>),
    /// `ReportSubmission`: the execution's own document.
    Submission(Box<SubmissionNotice>),
    /// `ReportSubmission` too, where the execution took a package back.
    Revocation(Box<RevocationNotice>),
}

/// The execution's document at its end.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SubmissionNotice {
    /// Where the request file was.
    pub source: Source,
    /// Who asked.
    #[serde(default)]
    pub requested_by: Requester,
    /// Added by `parse-request`; absent where that failed.
    #[serde(default)]
    pub submission: Option<Submission>,
    /// Added by a `Catch`.
    #[serde(default)]
    pub failure: Option<Failure>,
}

impl<'de> Deserialize<'de> for Notice {
    /// A document with a `request` is a package's. Not `serde(untagged)`, whose errors do not say what is wrong.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if value.get("request").is_some() {
            Document::deserialize(value).map(|d| Self::Package(Box::new(d))).map_err(D::Error::custom)
        } else if value.pointer("/source/kind").is_some_and(|kind| kind == "revocation") {
            RevocationNotice::deserialize(value)
                .map(|n| Self::Revocation(Box::new(n)))
                .map_err(D::Error::custom)
        } else {
            SubmissionNotice::deserialize(value)
                .map(|n| Self::Submission(Box::new(n)))
                .map_err(D::Error::custom)
        }
    }
}
