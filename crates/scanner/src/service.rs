use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use domain::{
    Artifact, Error, Report, Result, Scan, ScanBackend, ScanService, ScanState, Sha256, Store, StoreKey,
};

use crate::{ScanError, Scanner, rules};

/// The built-in engine as the pipeline's scan service: a scan is over when it has started.
pub struct BuiltinScan<S> {
    store: S,
}

impl<S: Store> BuiltinScan<S> {
    /// Reports go to `store`. The rules are compiled at the first scan.
    pub fn new(store: S) -> Self {
        Self { store }
    }
}

impl<S: Store> ScanService for BuiltinScan<S> {
    async fn start(&self, artifact: &Artifact, file: &Path) -> Result<Scan> {
        let id = scan_id(&artifact.sha256);
        let report = StoreKey::scan(&id, "report.json")
            .map_err(|e| Error::rejected(format!("the scan {id} has no key")).because(e))?;
        if self.store.get(&report).await?.is_none() {
            let found = scan_file(artifact.sha256, file.to_path_buf()).await?;
            let json = serde_json::to_vec(&found)
                .map_err(|e| Error::rejected(format!("cannot write the report of scan {id}")).because(e))?;
            self.store.put_if_absent(&report, json.into()).await?;
        }
        let (backend, state) = (ScanBackend::Builtin, ScanState::Successful);
        Ok(Scan { backend, id, state, polls: 0, wait_seconds: 0, report })
    }

    async fn poll(&self, _: &Artifact, scan: &Scan) -> Result<Scan> {
        Ok(scan.clone())
    }
}

/// One id for the same bytes under the same rules: `<24 hex of the artifact>-<12 hex of the rules>`.
fn scan_id(artifact: &Sha256) -> String {
    format!("{:.24}-{}", artifact.to_string(), rules::builtin_digest().short())
}

/// A scan is work for a processor: it must not hold up the thread that serves everything else.
async fn scan_file(sha256: Sha256, file: PathBuf) -> Result<Report> {
    let scan = tokio::task::spawn_blocking(move || {
        let scanner = Scanner::builtin()
            .map_err(|e| Error::rejected("the built-in rules cannot be used").because(e))?;
        let bytes = File::open(&file)
            .map_err(|e| Error::transient(format!("cannot open {}", file.display())).because(e))?;
        scanner.scan(sha256, BufReader::new(bytes)).map_err(|error| match error {
            ScanError::NotAnArchive => {
                Error::rejected(format!("cannot scan artifact {}", sha256.short())).because(error)
            }
            ScanError::Io(cause) => {
                Error::transient(format!("cannot read artifact {}", sha256.short())).because(cause)
            }
        })
    });
    scan.await.map_err(|e| Error::rejected(format!("the scan of {} broke off", sha256.short())).because(e))?
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        io::Write as _,
        sync::{Mutex, PoisonError},
    };

    use bytes::Bytes;
    use domain::{Body, Format, PackageUrl, Written};

    use super::*;

    /// A store that remembers what was put, and counts.
    #[derive(Default)]
    struct Memory(Mutex<BTreeMap<StoreKey, Bytes>>);

    impl Store for &Memory {
        async fn put(&self, _: &StoreKey, _: Body) -> Result<()> {
            Err(Error::rejected("a report is never replaced"))
        }
        async fn put_if_absent(&self, key: &StoreKey, mut body: Body) -> Result<Written> {
            let mut bytes = Vec::new();
            while let Some(chunk) = std::future::poll_fn(|cx| body.stream.as_mut().poll_next(cx)).await {
                bytes.extend_from_slice(&chunk?);
            }
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            assert!(!all.contains_key(key), "the artifact was scanned twice");
            all.insert(key.clone(), bytes.into());
            Ok(Written::New)
        }
        async fn get(&self, key: &StoreKey) -> Result<Option<Body>> {
            Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned().map(Body::from))
        }
        async fn list(&self, _: &str) -> Result<Vec<StoreKey>> {
            Err(Error::rejected("not asked for"))
        }
    }

    fn artifact(bytes: &[u8]) -> Artifact {
        let sha256 = Sha256::of(bytes);
        Artifact {
            key: StoreKey::artifact(&sha256),
            sha256,
            bytes: bytes.len() as u64,
            format: Format::TarGz,
            url: PackageUrl::parse("a.tar.gz").unwrap(),
            commit: None,
            version: "1".into(),
            extension: "tar.gz".into(),
        }
    }

    async fn start(store: &Memory, bytes: &[u8]) -> Result<Scan> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        BuiltinScan::new(store).start(&artifact(bytes), file.path()).await
    }

    #[tokio::test]
    async fn the_same_bytes_are_scanned_once() {
        let store = Memory::default();
        let hostile = std::fs::read(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../examples/packages/quick-colors-1.0.2.tar.gz"
        ));
        let bytes = hostile.unwrap();
        let scan = start(&store, &bytes).await.unwrap();
        assert_eq!((scan.state, scan.polls, scan.wait_seconds), (ScanState::Successful, 0, 0));
        assert_eq!(scan.id, format!("{}-{}", &scan.id[..24], rules::builtin_digest().short()));
        assert_eq!(start(&store, &bytes).await.unwrap(), scan);
        let report = (&store).read(&scan.report, 1 << 20).await.unwrap().unwrap();
        let report: Report = serde_json::from_slice(&report).unwrap();
        assert_eq!(report.sha256, Sha256::of(&bytes));
        assert!(!report.findings.is_empty());
    }

    #[tokio::test]
    async fn bytes_that_are_no_archive_are_rejected_and_leave_no_report() {
        let store = Memory::default();
        let error = start(&store, b"<html>not found</html>").await.unwrap_err();
        assert_eq!(error.name(), "Rejected");
        assert!(error.chain().contains("neither a zip archive"), "{}", error.chain());
        assert!(store.0.lock().unwrap().is_empty());
    }
}
