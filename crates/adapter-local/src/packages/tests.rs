use domain::{
    Artifact, Coverage, Decision, Format, PackageName, PackageUrl, Policy, Report, StoreKey, judge,
};

use super::*;

fn approve(bytes: &[u8]) -> (Artifact, Decision) {
    let sha256 = Sha256::of(bytes);
    let artifact = Artifact {
        key: StoreKey::artifact(&sha256),
        sha256,
        bytes: bytes.len() as u64,
        format: Format::Zip,
        url: PackageUrl::parse("packages/clean.whl").unwrap(),
        commit: None,
        version: "1!2.0".into(),
        extension: "whl".into(),
    };
    let coverage = Coverage { files: 1, bytes: 1, scanned_files: 1, scanned_bytes: 1, skipped: vec![] };
    let report = Report { sha256, engine: "test".into(), coverage, findings: vec![], identities: vec![] };
    (artifact, judge(&report, &Policy::default()))
}

async fn publish(packages: &PackageFolder, bytes: &'static [u8], sent: &'static [u8]) -> Result<Publication> {
    let (artifact, decision) = approve(bytes);
    let release = Release::of(&PackageName::parse("clean").unwrap(), &artifact, &decision).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), sent).unwrap();
    packages.publish(&release, file.path()).await
}

#[tokio::test]
async fn the_same_bytes_again_are_a_success_and_others_are_not() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path().join("repository"));
    let first = publish(&packages, b"one", b"one").await.unwrap();
    assert_eq!(publish(&packages, b"one", b"one").await.unwrap(), first);
    let error = publish(&packages, b"two", b"two").await.unwrap_err();
    assert_eq!(error.name(), "Rejected");
    assert_eq!(
        error.to_string(),
        "cannot publish clean: clean/clean 1!2.0 already has other bytes as clean.whl"
    );
    let path = root.path().join("repository/clean/clean/1%212.0/assets/clean.whl");
    assert_eq!(std::fs::read(path).unwrap(), b"one");
    insta::assert_snapshot!(first.install[0], @"aws codeartifact get-package-version-asset --domain airlock --repository approved --format generic --namespace clean --package clean --package-version '1!2.0' --asset clean.whl clean.whl --endpoint-url http://127.0.0.1:8070 --region us-east-1 --no-sign-request");
}

#[tokio::test]
async fn a_file_that_was_changed_on_disk_is_not_taken_for_published() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    publish(&packages, b"one", b"one").await.unwrap();
    std::fs::write(root.path().join("clean/clean/1%212.0/assets/clean.whl"), b"eno").unwrap();
    let error = publish(&packages, b"one", b"one").await.unwrap_err();
    assert!(error.to_string().contains("changed on this disk"), "{error}");
}

#[tokio::test]
async fn bytes_that_were_not_approved_leave_nothing() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    for sent in [&b"eno"[..], b"on", b"onee"] {
        assert!(publish(&packages, b"one", sent).await.is_err());
    }
    assert!(packages.packages().await.unwrap().is_empty());
    assert_eq!(std::fs::read_dir(root.path().join(".tmp")).unwrap().count(), 0);
}

#[tokio::test]
async fn assets_are_added_until_the_version_is_finished() {
    use VersionStatus::{Published, Unfinished};
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    let id = VersionId::new("n", "p", "1");
    let add = async |name: &str, bytes: &'static [u8], status| {
        let (sha256, length) = (Sha256::of(bytes), bytes.len() as u64);
        let asset = NewAsset { version: id.clone(), name: name.into(), sha256, bytes: length, status };
        packages.publish_asset(asset, Body::from(bytes.to_vec()).stream).await
    };
    let first = add("a", b"1", Unfinished).await.unwrap();
    let second = add("b", b"2", Published).await.unwrap();
    assert_ne!(first.revision(), second.revision());
    assert_eq!(second.assets.len(), 2);
    assert!(matches!(add("c", b"3", Published).await, Err(PublishError::Conflict(_))));
    assert!(matches!(add("a", b"3", Unfinished).await, Err(PublishError::Conflict(_))));
    assert_eq!(add("a", b"1", Unfinished).await.unwrap(), second, "published never becomes unfinished again");
    let (read, _) = packages.version(&id).await.unwrap().unwrap();
    assert_eq!(read, second);
}

#[tokio::test]
async fn one_of_many_publishers_wins() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    let publishers = (0..10_u8).map(|n| {
        let packages = packages.clone();
        async move {
            let bytes = vec![n; 1000];
            let asset = NewAsset {
                version: VersionId::new("n", "p", "1"),
                name: "a".into(),
                sha256: Sha256::of(&bytes),
                bytes: 1000,
                status: VersionStatus::Published,
            };
            packages.publish_asset(asset, Body::from(bytes).stream).await.is_ok()
        }
    });
    let won = futures_util::future::join_all(publishers).await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
}
