use domain::{CommitState, Error, Origin, RequestFiles, RequestSource, Result, Source};

/// A run without GitHub: the request file comes with the run's own input, and the answer is what the command prints.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal;

impl RequestSource for Terminal {
    async fn read(&self, source: &Source) -> Result<RequestFiles> {
        let what = match source {
            Source::Github { .. } => {
                "a GitHub source needs the deployed pipeline: give the request file's path instead"
            }
            Source::Store { .. } | Source::Inline { .. } => {
                "the request file is read from the store or the input"
            }
        };
        Err(Error::rejected(what))
    }

    async fn answer(&self, _: &Origin, _: CommitState, _: &str) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::CommitId;

    #[tokio::test]
    async fn tells_that_github_needs_the_pipeline() {
        let source = Source::Github {
            repository: "owner/name".into(),
            r#ref: "refs/heads/main".into(),
            before: None,
            after: CommitId::parse(&"a".repeat(40)).unwrap(),
            path: "public-package-request.csv".into(),
            delivery: None,
        };
        let error = Terminal.read(&source).await.unwrap_err();
        assert_eq!(error.name(), "Rejected");
        assert!(error.to_string().starts_with("a GitHub source needs the deployed pipeline"), "{error}");
        assert!(Terminal.answer(&source.origin(), CommitState::Success, "2 approved").await.is_ok());
    }
}
