//! `start-scan`: hands the artifact's bytes, and no others, to the scanner.

use domain::{Document, Error, Result, Scan, ScanService, Store};

/// Starts the scan of the document's artifact, or finds the one started before.
pub async fn handle(document: Document, store: &impl Store, service: &impl ScanService) -> Result<Scan> {
    let package = &document.request.package;
    let artifact = document
        .artifact
        .as_ref()
        .ok_or_else(|| Error::rejected(format!("{package} has no artifact: fetch-repo must run first")))?;
    let file = spool::spool(artifact, store).await?;
    service.start(artifact, file.path()).await
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use adapter_local::Folder;
    use domain::{Artifact, Format, PackageUrl, ScanBackend, ScanState, Sha256, StoreKey};

    use super::*;

    struct Echo;

    impl ScanService for Echo {
        async fn start(&self, _: &Artifact, file: &Path) -> Result<Scan> {
            Ok(Scan {
                backend: ScanBackend::Builtin,
                id: Sha256::of(&std::fs::read(file).unwrap()).to_string(),
                state: ScanState::Successful,
                polls: 0,
                wait_seconds: 0,
                report: StoreKey::parse("scans/x/report.json").unwrap(),
            })
        }

        async fn poll(&self, _: &Artifact, scan: &Scan) -> Result<Scan> {
            Ok(scan.clone())
        }
    }

    fn document(artifact: Option<&[u8]>) -> Document {
        let mut document: Document = serde_json::from_str(
            r#"{"submission": {"id": "s", "source": {"kind": "inline"}, "requested_by": {"name": "", "email": ""},
                "requests": "submissions/s/requests.jsonl", "work": "packages"},
                "request": {"row": 2, "package": "clean", "url": "clean.zip"}}"#,
        )
        .unwrap();
        document.artifact = artifact.map(|bytes| Artifact {
            key: StoreKey::artifact(&Sha256::of(bytes)),
            sha256: Sha256::of(bytes),
            bytes: bytes.len() as u64,
            format: Format::Zip,
            url: PackageUrl::parse("clean.zip").unwrap(),
            commit: None,
            version: "1".into(),
            extension: "zip".into(),
        });
        document
    }

    #[tokio::test]
    async fn the_scanner_is_given_the_artifact_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        store.put(&StoreKey::artifact(&Sha256::of(b"bytes")), b"bytes".to_vec().into()).await.unwrap();
        let scan = handle(document(Some(b"bytes")), &store, &Echo).await.unwrap();
        assert_eq!(scan.id, Sha256::of(b"bytes").to_string());
    }

    #[tokio::test]
    async fn refuses_bytes_that_changed_in_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        store.put(&StoreKey::artifact(&Sha256::of(b"bytes")), b"swapped".to_vec().into()).await.unwrap();
        let error = handle(document(Some(b"bytes")), &store, &Echo).await.unwrap_err();
        assert!(error.to_string().contains("other bytes"), "{error}");
        assert_eq!(error.name(), "Rejected");
    }

    #[tokio::test]
    async fn fails_without_an_artifact_and_without_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        assert!(handle(document(None), &store, &Echo).await.is_err());
        assert!(handle(document(Some(b"bytes")), &store, &Echo).await.is_err());
    }
}
