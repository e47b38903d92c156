use domain::{Artifact, Format, PackageUrl, Report, ScanService, ScanState, Sha256, Store, StoreKey};
use e2e::Package;

pub(super) async fn suite(service: &impl ScanService, store: &impl Store) {
    let package = Package::clean("scanned");
    let sha256 = package.sha256();
    let artifact = Artifact {
        key: StoreKey::artifact(&sha256),
        sha256,
        bytes: package.bytes.len() as u64,
        format: Format::Zip,
        url: PackageUrl::parse("scanned.zip").unwrap(),
        commit: None,
        version: "1".into(),
        extension: "zip".into(),
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &package.bytes).unwrap();

    let mut scan = service.start(&artifact, file.path()).await.unwrap();
    let id = scan.id.clone();
    for _ in 0..10 {
        if scan.state == ScanState::InProgress {
            assert!(scan.wait_seconds > 0, "a scan in progress says how long to wait");
            scan = service.poll(&artifact, &scan).await.unwrap();
        }
    }
    assert_eq!((scan.state, &scan.id), (ScanState::Successful, &id));
    let report = store.read(&scan.report, 1 << 20).await.unwrap().unwrap();
    let report: Report = serde_json::from_slice(&report).unwrap();
    assert_eq!(report.sha256, artifact.sha256);
    assert!(report.coverage.is_complete(), "{:?}", report.coverage);
    assert!(!report.engine.is_empty());

    let again = service.start(&artifact, file.path()).await.unwrap();
    assert_eq!((again.state, &again.id), (ScanState::Successful, &id), "the scan that was started is found");

    let other = Package::clean("other");
    let sha256 = Sha256::of(&other.bytes);
    let other_file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(other_file.path(), &other.bytes).unwrap();
    let key = StoreKey::artifact(&sha256);
    let other = Artifact { key, sha256, bytes: other.bytes.len() as u64, ..artifact };
    let scan = service.start(&other, other_file.path()).await.unwrap();
    assert_ne!(scan.id, id, "no two artifacts share a scan");
}
