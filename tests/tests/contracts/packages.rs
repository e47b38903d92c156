use bytes::Bytes;
use domain::{
    Approved, Artifact, Coverage, Evidence, Format, Identity, Manifest, PackageKind, PackageName,
    PackageRepository, PackageUrl, Policy, Publication, Release, Report, Result, Sha256, StoreKey, judge,
};
use e2e::Package;

fn release(version: &str, bytes: &[u8]) -> Release {
    let sha256 = Sha256::of(bytes);
    let artifact = Artifact {
        key: StoreKey::artifact(&sha256),
        sha256,
        bytes: bytes.len() as u64,
        format: Format::Zip,
        url: PackageUrl::parse("https://example.invalid/kept.zip").unwrap(),
        commit: None,
        version: version.to_owned(),
        extension: "zip".into(),
    };
    let coverage = Coverage { files: 1, bytes: 1, scanned_files: 1, scanned_bytes: 1, skipped: vec![] };
    let report = Report { sha256, engine: "test".into(), coverage, findings: vec![], identities: vec![] };
    let package = PackageName::parse("kept").unwrap();
    let release = Release::of(&package, &artifact, &judge(&report, &Policy::default())).unwrap();
    release.with_evidence(vec![Evidence::new("decision", "json", "{}"), Evidence::new("scan", "sarif", "{}")])
}

async fn publish(
    repository: &impl PackageRepository,
    release: &Release,
    bytes: &[u8],
) -> Result<Publication> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    repository.publish(release, file.path()).await
}

async fn revoke(repository: &impl PackageRepository, version: &str) -> Option<String> {
    let package = PackageName::parse("kept").unwrap();
    let approved = Approved { package, version: version.to_owned(), identity: None };
    repository.revoke(&approved).await.unwrap().latest
}

pub(super) async fn suite(repository: &impl PackageRepository) {
    let (bytes, newer) = (Package::clean("kept").bytes, Package::next("kept").0.bytes);
    let (one, two) = (release("1.0", &bytes), release("2.0", &newer));
    let first = publish(repository, &one, &bytes).await.unwrap();
    assert_eq!((first.version.as_str(), first.latest), ("1.0", true));
    assert!(!first.install.is_empty() && first.install.iter().all(|command| !command.contains('\n')));
    assert_eq!(publish(repository, &one, &bytes).await.unwrap(), first, "the same bytes again are a success");

    let other = Package::clean("other").bytes;
    let error = publish(repository, &release("1.0", &other), &other).await.unwrap_err();
    assert_eq!(error.name(), "Rejected", "a version never changes: {error}");
    let error = publish(repository, &release("3.0", &other), &bytes).await.unwrap_err();
    assert!(matches!(error.name(), "Rejected" | "Transient"), "other bytes than approved: {error}");

    let second = publish(repository, &two, &newer).await.unwrap();
    assert_eq!((second.version.as_str(), second.latest), ("2.0", true));
    let again = publish(repository, &one, &bytes).await.unwrap();
    assert!(!again.latest, "Latest stays at the newest version");

    assert_eq!(revoke(repository, "2.0").await.as_deref(), Some("1.0"), "Latest falls back");
    assert_eq!(revoke(repository, "2.0").await.as_deref(), Some("1.0"), "twice is once");
    assert_eq!(revoke(repository, "9.9").await.as_deref(), Some("1.0"));
    let error = publish(repository, &two, &newer).await.unwrap_err();
    assert_eq!(error.name(), "Rejected", "what was revoked is not brought back: {error}");
    assert_eq!(revoke(repository, "1.0").await, None, "no approved version is left");
}

/// A package that its installer takes too, where the repository has such a place.
pub(super) async fn native(repository: &impl PackageRepository) {
    let text = "Metadata-Version: 2.1\nName: Kept\nVersion: 4.0\n\n";
    let identity = Identity {
        kind: PackageKind::Sdist,
        name: "Kept".into(),
        version: "4.0".into(),
        file: "kept-4.0.tar.gz".into(),
    };
    let manifest = Manifest { identity: identity.clone(), text: Bytes::from_static(text.as_bytes()) };
    let bytes = e2e::tar_gz(&[("kept-4.0/PKG-INFO", text)]);
    let four = release("4.0", &bytes).with_manifest(manifest).unwrap();
    let published = publish(repository, &four, &bytes).await.unwrap();
    assert_eq!((published.version.as_str(), published.latest), ("4.0", true));
    assert!(
        published.install.iter().any(|command| command.contains("pip install")),
        "{:?}",
        published.install
    );
    assert_eq!(publish(repository, &four, &bytes).await.unwrap(), published);
    let package = PackageName::parse("kept").unwrap();
    let approved = Approved { package, version: "4.0".to_owned(), identity: Some(identity) };
    for _ in 0..2 {
        assert_eq!(repository.revoke(&approved).await.unwrap().latest, None);
    }
    assert_eq!(publish(repository, &four, &bytes).await.unwrap_err().name(), "Rejected");
}
