use serde::{Deserialize, Serialize};

use crate::{
    CommitId, Counts, Error, PackageName, PackageUrl, Publication, RejectedRow, Requester, Result, Sha256,
    StoreKey, Verdict,
};

/// What an execution is started with, by the webhook or by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionInput {
    /// Where the request file is.
    pub source: Source,
    /// Who asked.
    #[serde(default)]
    pub requested_by: Requester,
}

/// Where the request file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source {
    /// A file at a commit of a GitHub repository.
    Github {
        /// `owner/name`.
        repository: String,
        /// The ref that was pushed, `refs/heads/main`.
        r#ref: String,
        /// The commit before the push; absent for a new branch or a manual run.
        #[serde(default)]
        before: Option<CommitId>,
        /// The commit pushed: the file is read there and nowhere else.
        after: CommitId,
        /// The file's path in the repository.
        path: String,
        /// GitHub's delivery id, for the logs.
        #[serde(default)]
        delivery: Option<String>,
    },
    /// A CSV in the store.
    Store {
        /// Its key.
        key: StoreKey,
    },
    /// The CSV itself.
    Inline {
        /// Its text.
        csv: String,
    },
}

/// Where the request file was: [`Source`] without the content, so that it can travel with every package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// A file at a commit of a GitHub repository.
    Github {
        /// `owner/name`.
        repository: String,
        /// The ref that was pushed.
        r#ref: String,
        /// The commit pushed.
        after: CommitId,
        /// The file's path in the repository.
        path: String,
        /// GitHub's delivery id.
        #[serde(default)]
        delivery: Option<String>,
    },
    /// A CSV in the store.
    Store {
        /// Its key.
        key: StoreKey,
    },
    /// The execution's own input.
    Inline,
}

impl Source {
    /// The id of the submission made from this source: a digest, so that one push delivered twice is one submission.
    /// GitHub's delivery id does not count.
    pub fn submission_id(&self) -> Result<String> {
        let mut counted = self.clone();
        if let Self::Github { delivery, .. } = &mut counted {
            *delivery = None;
        }
        let json = serde_json::to_vec(&counted)
            .map_err(|e| Error::rejected("cannot write the source of the submission as JSON").because(e))?;
        Ok(Sha256::of(&json).to_string()[..32].to_owned())
    }

    /// The source without its content.
    pub fn origin(&self) -> Origin {
        match self {
            Self::Github { repository, r#ref, after, path, delivery, .. } => Origin::Github {
                repository: repository.clone(),
                r#ref: r#ref.clone(),
                after: after.clone(),
                path: path.clone(),
                delivery: delivery.clone(),
            },
            Self::Store { key } => Origin::Store { key: key.clone() },
            Self::Inline { .. } => Origin::Inline,
        }
    }
}

/// One push of the request file, or one manual run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// A digest of what was asked: the same push has the same id, however often it is delivered.
    pub id: String,
    /// Where the request file was.
    pub source: Origin,
    /// Who asked.
    pub requested_by: Requester,
    /// The accepted rows, one document a line.
    pub requests: StoreKey,
    /// Whether there is a row to work on.
    pub work: Work,
}

/// Whether a submission has a row to work on: what the state machine branches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// At least one row was accepted.
    Packages,
    /// No row is new, or none could be accepted.
    Nothing,
}

/// The name of an execution: a digest of repository id, ref and commit, so that a redelivery starts nothing new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionName(String);

impl ExecutionName {
    /// For a push: `push-` and 64 hexadecimal digits. The parts cannot run into each other.
    pub fn of_push(repository_id: u64, r#ref: &str, after: &CommitId) -> Self {
        let digest = Sha256::of(format!("{repository_id}\n{}\n{ref}\n{after}", r#ref.len()).as_bytes());
        Self(format!("push-{digest}"))
    }

    /// The name as text: at most 80 characters, as Step Functions asks.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What became of one row. The state machine's last stage collects these; `airlock run --format json` prints them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PackageResult {
    /// The name asked for.
    pub package: PackageName,
    /// Where it came from.
    pub url: PackageUrl,
    /// The artifact, where there was one.
    pub sha256: Option<Sha256>,
    /// Its length in bytes.
    pub bytes: Option<u64>,
    /// The outcome.
    pub verdict: Verdict,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
    /// Findings by severity.
    pub counts: Counts,
    /// Where it was published.
    pub publication: Option<Publication>,
    /// The decision record.
    pub record: Option<StoreKey>,
}

/// What became of a submission: `submissions/<id>/results.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The submission's id.
    pub submission: String,
    /// One entry for each accepted row, in the order of the file.
    pub packages: Vec<PackageResult>,
    /// The rows that could not be accepted.
    pub rejected_rows: Vec<RejectedRow>,
    /// Why the submission as a whole failed, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl Results {
    /// The outcome of the whole: approved only where every row was accepted and approved; refused where nothing
    /// failed.
    pub fn verdict(&self) -> Verdict {
        let any = |verdict| self.packages.iter().any(|p| p.verdict == verdict);
        if self.failure.is_some() || !self.rejected_rows.is_empty() || any(Verdict::Failed) {
            Verdict::Failed
        } else if any(Verdict::Refused) {
            Verdict::Refused
        } else {
            Verdict::Approved
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(delivery: Option<&str>, after: char) -> Source {
        Source::Github {
            repository: "org/requests".into(),
            r#ref: "refs/heads/main".into(),
            before: None,
            after: CommitId::parse(&after.to_string().repeat(40)).unwrap(),
            path: "public-package-request.csv".into(),
            delivery: delivery.map(Into::into),
        }
    }

    #[test]
    fn a_redelivery_is_the_same_submission_and_another_push_is_not() {
        assert_eq!(
            push(Some("1"), 'a').submission_id().unwrap(),
            push(Some("2"), 'a').submission_id().unwrap()
        );
        assert_ne!(push(None, 'a').submission_id().unwrap(), push(None, 'b').submission_id().unwrap());
    }

    #[test]
    fn execution_name_is_legal_and_tells_pushes_apart() {
        let commit = CommitId::parse(&"a".repeat(40)).unwrap();
        let name = ExecutionName::of_push(1, "refs/heads/main", &commit);
        assert!(name.as_str().len() <= 80);
        assert_ne!(name, ExecutionName::of_push(2, "refs/heads/main", &commit));
        assert_ne!(name, ExecutionName::of_push(1, "refs/heads/maim", &commit));
    }

    #[test]
    fn one_rejected_row_makes_the_whole_fail() {
        let mut results =
            Results { submission: "s".into(), packages: vec![], rejected_rows: vec![], failure: None };
        assert_eq!(results.verdict(), Verdict::Approved);
        results.rejected_rows.push(RejectedRow { row: 2, reason: "no name".into() });
        assert_eq!(results.verdict(), Verdict::Failed);
    }
}
