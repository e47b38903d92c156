//! The adapter against the real server of `airlock serve`, which is meddled with; and on the wire.

mod archives;
mod faulty;
mod natively;
mod races;
mod service;
mod stopped;
mod wire;

use domain::{
    Artifact, Coverage, Decision, Evidence, Format, Identity, Manifest, PackageKind, PackageUrl, Policy,
    Report, Sha256, StoreKey, judge,
};

use super::{
    sending::{After, NewAsset},
    *,
};
use service::Service;

fn decision(sha256: Sha256) -> Decision {
    let coverage = Coverage { files: 1, bytes: 1, scanned_files: 1, scanned_bytes: 1, skipped: vec![] };
    let report = Report { sha256, engine: "test".into(), coverage, findings: vec![], identities: vec![] };
    judge(&report, &Policy::default())
}

/// `clean`, as a file with this extension.
fn release_as(extension: &str, version: &str, bytes: &[u8]) -> Release {
    let sha256 = Sha256::of(bytes);
    let artifact = Artifact {
        key: StoreKey::artifact(&sha256),
        sha256,
        bytes: bytes.len() as u64,
        format: Format::Zip,
        url: PackageUrl::parse("https://example.invalid/a.zip").unwrap(),
        commit: None,
        version: version.into(),
        extension: extension.into(),
    };
    let package = domain::PackageName::parse("clean").unwrap();
    Release::of(&package, &artifact, &decision(sha256)).unwrap()
}

fn release(version: &str, bytes: &[u8]) -> Release {
    release_as("zip", version, bytes).with_evidence(evidence("first"))
}

fn evidence(decision: &str) -> Vec<Evidence> {
    let report = Evidence::new("scan", "sarif", b"{}".to_vec());
    vec![Evidence::new("decision", "json", decision.as_bytes().to_vec()), report]
}

/// The same package for its own installer, and its bytes.
fn native(kind: PackageKind, version: &str) -> (Release, Vec<u8>) {
    let (wheel, sdist) = (format!("clean-{version}.dist-info"), format!("clean-{version}"));
    let metadata = format!(
        "Metadata-Version: 2.1\nName: clean\nVersion: {version}\nRequires-Python: >=3.8\n\nRequires-Python: no\n"
    );
    let package = format!(r#"{{"name":"clean","version":"{version}","bin":"./c.js"}}"#);
    let (extension, file, text, bytes) = match kind {
        PackageKind::Wheel => {
            let tags = "Wheel-Version: 1.0\nTag: py3-none-any\n";
            let (metadata_path, wheel_path) = (format!("{wheel}/METADATA"), format!("{wheel}/WHEEL"));
            let bytes = archives::zip(&[(&metadata_path, &metadata), (&wheel_path, tags)]);
            ("whl", format!("clean-{version}-py3-none-any.whl"), metadata, bytes)
        }
        PackageKind::Sdist => {
            let bytes = archives::tar_gz(&[(&format!("{sdist}/PKG-INFO"), &metadata)]);
            ("tar.gz", format!("clean-{version}.tar.gz"), metadata, bytes)
        }
        PackageKind::Npm => {
            let bytes = archives::tar_gz(&[("package/package.json", &package), ("package/c.js", "1\n")]);
            ("tgz", format!("clean-{version}.tgz"), package, bytes)
        }
    };
    let identity = Identity { kind, name: "clean".into(), version: version.into(), file };
    let release = release_as(extension, version, &bytes).with_evidence(evidence("first"));
    (release.with_manifest(Manifest { identity, text: text.into() }).unwrap(), bytes)
}

fn approved(release: &Release) -> Approved {
    Approved {
        package: release.package().clone(),
        version: release.version().to_owned(),
        identity: release.manifest().map(|manifest| manifest.identity.clone()),
    }
}

async fn publish(repository: &CodeArtifact, release: &Release, bytes: &[u8]) -> Result<Publication> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    repository.publish(release, file.path()).await
}

#[tokio::test]
async fn version_appears_with_its_evidence_and_as_latest() {
    let service = Service::start().await;
    let release = release("1.0.0", b"bytes");
    let publication = publish(&service.repository().await, &release, b"bytes").await.unwrap();
    assert_eq!(publication.repository, "airlock/approved");
    assert!(publication.latest);
    let get = "aws codeartifact get-package-version-asset --domain airlock --domain-owner 123456789012 --repository \
               approved --format generic --namespace clean --package clean --package-version 1.0.0 --asset clean.zip \
               clean.zip";
    assert_eq!(publication.install, [get]);
    let [decision, scan] = evidence("first").try_into().unwrap();
    let shown = format!("generic 1.0.0 Published: clean.zip, {}, {}", decision.name(), scan.name());
    assert_eq!(service.state().await, [&shown, "generic Latest Published: clean.zip"]);
    assert_eq!(service.latest().await.unwrap(), b"bytes");
}

#[tokio::test]
async fn same_bytes_again_change_nothing() {
    let service = Service::start().await;
    let repository = service.repository().await;
    publish(&repository, &release("1.0.0", b"bytes"), b"bytes").await.unwrap();
    let before = service.state().await;
    let again = release("1.0.0", b"bytes").with_evidence(evidence("second"));
    let from = service.lines().len();
    assert!(publish(&repository, &again, b"bytes").await.unwrap().latest);
    assert_eq!(service.state().await, before);
    let changed =
        |line: &&String| line.contains("publish") || line.contains("update") || line.contains("delete");
    assert_eq!(service.lines()[from..].iter().filter(changed).count(), 0);
}

#[tokio::test]
async fn other_bytes_under_one_version_are_refused_and_both_digests_told() {
    let service = Service::start().await;
    let repository = service.repository().await;
    publish(&repository, &release("1.0.0", b"bytes"), b"bytes").await.unwrap();
    for other in [release("1.0.0", b"other"), release_as("tar.gz", "1.0.0", b"other")] {
        let error = publish(&repository, &other, b"other").await.unwrap_err();
        assert_eq!(error.name(), "Rejected");
        let chain = error.chain();
        assert!(chain.contains(&Sha256::of(b"other").to_string()), "{chain}");
        assert!(chain.contains("holds other bytes already") && chain.contains("clean 1.0.0"), "{chain}");
    }
    assert_eq!(service.latest().await.unwrap(), b"bytes");
}

#[tokio::test]
async fn bytes_that_nobody_approved_are_not_published_with_ours() {
    let service = Service::start().await;
    let repository = service.repository().await;
    let version = VersionId::of(&release("1.0.0", b"bytes"));
    for (name, told) in
        [("clean.zip", "clean.zip is"), ("clean.tar.gz", "clean.tar.gz is"), ("scan-1.sarif", "scan-1")]
    {
        let foreign = release_as("zip", "1.0.0", b"foreign");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"foreign").unwrap();
        let asset = NewAsset { name, ..NewAsset::artifact(&foreign, file.path()) };
        repository.send(&version, asset, After::Unfinished).await.unwrap();
        let error = publish(&repository, &release("1.0.0", b"bytes"), b"bytes").await.unwrap_err();
        assert_eq!(error.name(), "Rejected");
        assert!(error.chain().contains(told) && error.chain().contains("unfinished"), "{}", error.chain());
        assert_eq!(service.latest().await, None);
        repository.delete(&version).await.unwrap();
    }
    publish(&repository, &release("1.0.0", b"bytes"), b"bytes").await.unwrap();
}

#[tokio::test]
async fn latest_is_no_version_of_its_own() {
    let service = Service::start().await;
    let error =
        publish(&service.repository().await, &release("Latest", b"bytes"), b"bytes").await.unwrap_err();
    assert_eq!((error.name(), service.lines().len()), ("Rejected", 0));
}

#[tokio::test]
async fn revoked_version_cannot_be_got_and_latest_falls_back() {
    let service = Service::start().await;
    let repository = service.repository().await;
    let (one, two) = (release("1", b"one"), release_as("tar.gz", "2", b"two"));
    publish(&repository, &one, b"one").await.unwrap();
    publish(&repository, &two, b"two").await.unwrap();
    assert_eq!(service.asset("Latest", "clean.tar.gz").await.unwrap(), b"two");

    let withdrawal = repository.revoke(&approved(&two)).await.unwrap();
    assert_eq!(withdrawal.latest.as_deref(), Some("1"));
    assert_eq!(service.asset("2", "clean.tar.gz").await, None);
    assert_eq!(service.asset("Latest", "clean.tar.gz").await, None);
    assert_eq!(service.latest().await.unwrap(), b"one");
    let error = publish(&repository, &two, b"two").await.unwrap_err();
    assert_eq!(error.name(), "Rejected");
    assert!(
        error.chain().contains("as Archived") && error.chain().contains("withdrawn"),
        "{}",
        error.chain()
    );
    assert_eq!(repository.revoke(&approved(&two)).await.unwrap().latest.as_deref(), Some("1"), "again");

    assert_eq!(repository.revoke(&approved(&one)).await.unwrap().latest, None);
    assert_eq!(service.latest().await, None);
    let never = release("3", b"three");
    assert_eq!(repository.revoke(&approved(&never)).await.unwrap().latest, None, "never published");
}

#[tokio::test]
async fn older_version_that_is_published_again_is_not_latest() {
    let service = Service::start().await;
    let repository = service.repository().await;
    let one = release("1", b"one");
    publish(&repository, &one, b"one").await.unwrap();
    publish(&repository, &release("2", b"two"), b"two").await.unwrap();
    assert!(!publish(&repository, &one, b"one").await.unwrap().latest);
    assert_eq!(service.latest().await.unwrap(), b"two");
}
