//! `poll-scan`: asks whether a scan has finished.

use domain::{Document, Error, Result, Scan, ScanService, ScanState};

/// Asks the scanner again; a scan that has finished is left as it is.
pub async fn handle(document: Document, service: &impl ScanService) -> Result<Scan> {
    let package = &document.request.package;
    let (Some(artifact), Some(scan)) = (&document.artifact, &document.scan) else {
        return Err(Error::rejected(format!("{package} has no scan to ask for: start-scan must run first")));
    };
    match scan.state {
        ScanState::InProgress => service.poll(artifact, scan).await,
        ScanState::Successful | ScanState::Failed => Ok(scan.clone()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use domain::Artifact;

    use super::*;

    struct Counting;

    impl ScanService for Counting {
        async fn start(&self, _: &Artifact, _: &Path) -> Result<Scan> {
            Err(Error::rejected("poll-scan starts nothing"))
        }

        async fn poll(&self, _: &Artifact, scan: &Scan) -> Result<Scan> {
            Ok(Scan { polls: scan.polls + 1, ..scan.clone() })
        }
    }

    fn document(state: &str) -> Document {
        let digest = "0".repeat(64);
        let json = format!(
            r#"{{"submission": {{"id": "s", "source": {{"kind": "inline"}}, "requested_by": {{}},
                "requests": "submissions/s/requests.jsonl", "work": "packages"}},
                "request": {{"row": 2, "package": "clean", "url": "clean.zip"}},
                "artifact": {{"key": "artifacts/{digest}", "sha256": "{digest}", "bytes": 1, "format": "zip",
                "url": "clean.zip", "commit": null, "version": "1", "extension": "zip"}},
                "scan": {{"backend": "codeguru", "id": "x", "state": "{state}", "polls": 1, "wait_seconds": 2,
                "report": "scans/x/report.json"}}}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    #[tokio::test]
    async fn asks_only_while_the_scan_is_in_progress() {
        for (state, polls) in [("in_progress", 2), ("successful", 1), ("failed", 1)] {
            assert_eq!(handle(document(state), &Counting).await.unwrap().polls, polls, "{state}");
        }
    }

    #[tokio::test]
    async fn fails_without_a_scan() {
        let mut document = document("in_progress");
        document.scan = None;
        assert_eq!(handle(document, &Counting).await.unwrap_err().name(), "Rejected");
    }
}
