mod killed;

use domain::{
    Approved, Artifact, Coverage, Decision, Evidence, Format, Identity, Manifest, PackageKind, PackageName,
    PackageRepository as _, PackageUrl, Policy, Publication, Release, Report, StoreKey, judge,
};

use futures_util::TryStreamExt as _;

use super::*;

fn approve(bytes: &[u8], version: &str) -> (Artifact, Decision) {
    let sha256 = Sha256::of(bytes);
    let artifact = Artifact {
        key: StoreKey::artifact(&sha256),
        sha256,
        bytes: bytes.len() as u64,
        format: Format::Zip,
        url: PackageUrl::parse("packages/clean.whl").unwrap(),
        commit: None,
        version: version.into(),
        extension: "whl".into(),
    };
    let coverage = Coverage { files: 1, bytes: 1, scanned_files: 1, scanned_bytes: 1, skipped: vec![] };
    let report = Report { sha256, engine: "test".into(), coverage, findings: vec![], identities: vec![] };
    (artifact, judge(&report, &Policy::default()))
}

fn identity() -> Identity {
    let (name, file) = ("Clean".into(), "clean-2.0-py3-none-any.whl".into());
    Identity { kind: PackageKind::Wheel, name, version: "1!2.0".into(), file }
}

fn release(bytes: &[u8], version: &str) -> Release {
    let (artifact, decision) = approve(bytes, version);
    Release::of(&PackageName::parse("clean").unwrap(), &artifact, &decision).unwrap()
}

/// With evidence and for pip too.
fn wheel(bytes: &[u8]) -> Release {
    let manifest = Manifest { identity: identity(), text: "Name: Clean\nVersion: 1!2.0\n".into() };
    let evidence = vec![Evidence::new("decision", "json", "{}"), Evidence::new("scan", "sarif", "[]")];
    release(bytes, "1!2.0").with_manifest(manifest).unwrap().with_evidence(evidence)
}

async fn put(packages: &PackageFolder, release: &Release, sent: &[u8]) -> Result<Publication> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), sent).unwrap();
    packages.publish(release, file.path()).await
}

async fn publish(packages: &PackageFolder, bytes: &[u8], sent: &[u8]) -> Result<Publication> {
    put(packages, &release(bytes, "1!2.0"), sent).await
}

fn generic(version: &str) -> VersionId {
    PackageId::generic("clean", "clean").version(version)
}

/// What whoever asks for `Latest` gets.
async fn latest(packages: &PackageFolder) -> Option<Vec<u8>> {
    got(packages, &generic("Latest"), "clean.whl").await
}

async fn got(packages: &PackageFolder, id: &VersionId, name: &str) -> Option<Vec<u8>> {
    let choose = |version: &Version| version.asset(name).map(|asset| asset.sha256);
    let opened = packages.open(id, choose).await.unwrap()?;
    let sha256 = opened.version.asset(name).unwrap().sha256;
    assert_eq!(opened.body.length, opened.version.asset(name).unwrap().size);
    let bytes = opened.body.stream.try_collect::<Vec<_>>().await.unwrap().concat();
    assert_eq!(Sha256::of(&bytes), sha256);
    Some(bytes)
}

async fn revoke(packages: &PackageFolder, version: &str) -> Option<String> {
    let package = PackageName::parse("clean").unwrap();
    let approved = Approved { package, version: version.into(), identity: Some(identity()) };
    packages.revoke(&approved).await.unwrap().latest
}

#[tokio::test]
async fn the_same_bytes_again_are_a_success_and_others_are_not() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path().join("repository"));
    let first = publish(&packages, b"one", b"one").await.unwrap();
    let revision = packages.version(&generic("1!2.0")).await.unwrap().unwrap().revision();
    assert_eq!(publish(&packages, b"one", b"one").await.unwrap(), first);
    assert_eq!(packages.version(&generic("1!2.0")).await.unwrap().unwrap().revision(), revision);
    let error = publish(&packages, b"two", b"two").await.unwrap_err();
    assert_eq!(error.name(), "Rejected");
    assert_eq!(
        error.to_string(),
        format!(
            "cannot publish clean: clean/clean 1!2.0 already has other bytes as clean.whl: their SHA-256 is {}",
            Sha256::of(b"one")
        )
    );
    assert_eq!(latest(&packages).await.unwrap(), b"one");
    insta::assert_snapshot!(first.install[0], @"aws codeartifact get-package-version-asset --domain airlock --repository approved --format generic --namespace clean --package clean --package-version '1!2.0' --asset clean.whl clean.whl --endpoint-url http://127.0.0.1:8070 --region us-east-1 --no-sign-request");
}

#[tokio::test]
async fn a_wheel_is_there_for_pip_too_and_its_evidence_beside_it() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    let publication = put(&packages, &wheel(b"one"), b"one").await.unwrap();
    assert!(publication.latest);
    insta::assert_snapshot!(publication.install[0], @"pip install 'Clean==1!2.0' --index-url http://127.0.0.1:8070/pypi/approved/simple/");
    assert_eq!(publication.install.len(), 2);
    let version = packages.version(&generic("1!2.0")).await.unwrap().unwrap();
    let names: Vec<&str> = version.assets.iter().map(|asset| asset.name.split('-').next().unwrap()).collect();
    assert_eq!(
        (version.status, &names[..]),
        (VersionStatus::Published, &["clean.whl", "decision", "scan"][..])
    );
    let native = PackageId::pypi("CLEAN").version("1!2.0");
    assert_eq!(got(&packages, &native, "clean-2.0-py3-none-any.whl").await.unwrap(), b"one");
    let latest = packages.version(&generic("Latest")).await.unwrap().unwrap();
    assert_eq!(latest.assets.len(), 1, "the package alone");
    assert_eq!(packages.packages(PackageFormat::Pypi).await.unwrap(), [PackageId::pypi("clean")]);
}

#[tokio::test]
async fn one_conflict_publishes_nothing_anywhere() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    put(&packages, &wheel(b"one"), b"one").await.unwrap();
    // The same wheel's file name with other bytes, from elsewhere.
    let manifest = Manifest { identity: identity(), text: "".into() };
    let other = release(b"two", "2").with_manifest(manifest).unwrap();
    let error = put(&packages, &other, b"two").await.unwrap_err();
    assert!(error.to_string().contains("other bytes as clean-2.0-py3-none-any.whl"), "{error}");
    assert!(packages.version(&generic("2")).await.unwrap().is_none());
    assert_eq!(latest(&packages).await.unwrap(), b"one");
}

#[tokio::test]
async fn latest_serves_the_newest_and_falls_back() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    for (bytes, version) in [(&b"one"[..], "1!2.0"), (b"two", "0.2"), (b"three", "0.1")] {
        let publication = put(&packages, &release(bytes, version), bytes).await.unwrap();
        assert!(publication.latest);
        assert_eq!(latest(&packages).await.unwrap(), bytes);
    }
    assert!(!put(&packages, &release(b"two", "0.2"), b"two").await.unwrap().latest, "it is not the newest");
    assert_eq!(latest(&packages).await.unwrap(), b"three");
    assert_eq!(revoke(&packages, "0.2").await.as_deref(), Some("0.1"));
    assert_eq!(revoke(&packages, "0.1").await.as_deref(), Some("1!2.0"));
    assert_eq!(latest(&packages).await.unwrap(), b"one");
    assert_eq!(revoke(&packages, "1!2.0").await, None);
    assert_eq!(latest(&packages).await, None);
    assert!(put(&packages, &release(b"x", "Latest"), b"x").await.is_err());
}

#[tokio::test]
async fn what_was_revoked_is_nowhere_and_does_not_come_back() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    assert_eq!(revoke(&packages, "1!2.0").await, None, "never there");
    put(&packages, &wheel(b"one"), b"one").await.unwrap();
    for _ in 0..2 {
        assert_eq!(revoke(&packages, "1!2.0").await, None);
        for id in [generic("1!2.0"), generic("Latest"), PackageId::pypi("clean").version("1!2.0")] {
            for name in ["clean.whl", "clean-2.0-py3-none-any.whl"] {
                assert_eq!(got(&packages, &id, name).await, None, "{id} {name}");
            }
        }
    }
    let error = put(&packages, &wheel(b"one"), b"one").await.unwrap_err();
    assert_eq!(error.name(), "Rejected");
    assert!(error.to_string().contains("clean/clean 1!2.0 is Archived: it was taken back"), "{error}");
}

/// The disk fails the writer at each of its steps in turn. Nobody ever sees half a version, and the next run, or the next
/// revocation, ends where an undisturbed one does.
#[tokio::test]
async fn a_writer_whose_disk_fails_leaves_nothing_half_done() {
    let fails = || Err(io::Error::other("the disk is full"));
    let wanted = {
        let root = tempfile::tempdir().unwrap();
        let packages = PackageFolder::new(root.path());
        put(&packages, &release(b"old", "1"), b"old").await.unwrap();
        put(&packages, &wheel(b"new"), b"new").await.unwrap();
        seen(&packages).await
    };
    let mut steps = 0;
    loop {
        let root = tempfile::tempdir().unwrap();
        let packages = PackageFolder::new(root.path());
        put(&packages, &release(b"old", "1"), b"old").await.unwrap();
        packages.steps.set(Some((steps, fails)));
        let done = put(&packages, &wheel(b"new"), b"new").await;
        packages.steps.set(None);
        for (_, version) in packages.versions(&PackageId::generic("clean", "clean")).await.unwrap() {
            let whole = if version.asset("clean.whl").unwrap().sha256 == Sha256::of(b"new") { 3 } else { 1 };
            assert!(version.assets.len() == whole || version.serves.is_some(), "{version:?}");
        }
        let latest = latest(&packages).await.unwrap();
        assert!(latest == b"old" || latest == b"new", "step {steps}: {latest:?}");
        assert!(put(&packages, &wheel(b"new"), b"new").await.unwrap().latest);
        assert_eq!(seen(&packages).await, wanted, "step {steps}");
        packages.steps.set(Some((steps, fails)));
        let package = PackageName::parse("clean").unwrap();
        let approved = Approved { package, version: "1!2.0".into(), identity: Some(identity()) };
        let _ = packages.revoke(&approved).await;
        packages.steps.set(None);
        assert_eq!(revoke(&packages, "1!2.0").await.as_deref(), Some("1"), "step {steps}");
        assert_eq!(got(&packages, &PackageId::pypi("clean").version("1!2.0"), &identity().file).await, None);
        if done.is_ok() {
            break;
        }
        steps += 1;
    }
    assert!(steps > 20, "{steps} steps");
}

/// Everything that can be got, and nothing of when.
async fn seen(packages: &PackageFolder) -> Vec<(String, Option<String>, Vec<u8>)> {
    let mut seen = Vec::new();
    for id in [PackageId::generic("clean", "clean"), PackageId::pypi("clean")] {
        for (name, version) in packages.versions(&id).await.unwrap() {
            for asset in &version.assets {
                let bytes = got(packages, &id.version(&name), &asset.name).await.unwrap();
                seen.push((format!("{id} {name} {}", asset.name), version.serves.clone(), bytes));
            }
        }
    }
    seen
}

#[tokio::test]
async fn a_file_that_is_missing_on_disk_is_put_back() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    publish(&packages, b"one", b"one").await.unwrap();
    for version in ["1%212.0", "%4Catest"] {
        let assets = root.path().join("generic/clean/clean").join(version).join("assets");
        std::fs::remove_file(assets.join(Sha256::of(b"one").to_string())).unwrap();
    }
    assert!(packages.open(&generic("Latest"), |version| Some(version.assets[0].sha256)).await.is_err());
    publish(&packages, b"one", b"one").await.unwrap();
    assert_eq!(latest(&packages).await.unwrap(), b"one");
}

/// What an index lists may be deleted, archived or published anew before its metadata is read.
#[tokio::test]
async fn a_listed_version_that_is_gone_is_looked_at_again() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    put(&packages, &wheel(b"one"), b"one").await.unwrap();
    let (package, id) = (PackageId::pypi("clean"), PackageId::pypi("clean").version("1!2.0"));
    let seen = packages.version(&id).await.unwrap().unwrap();
    let delete = || Change { target: Target::Deleted, expected: None, revisions: [].into() };
    packages.change(&package, vec!["1!2.0".into()], delete()).await.unwrap();
    assert!(packages.with_metadata(&id, seen.clone()).await.unwrap().is_none());
    let manifest = Manifest { identity: identity(), text: "Name: Clean\n".into() };
    let anew = release(b"one", "1!2.0").with_manifest(manifest).unwrap();
    put(&packages, &anew, b"one").await.unwrap();
    let found = packages.with_metadata(&id, seen).await.unwrap().unwrap();
    assert_eq!(found.metadata, [b"Name: Clean\n"]);
    let metadata = found.version.assets[0].metadata.unwrap();
    std::fs::remove_file(place::file(&id.folder(root.path()).unwrap(), &metadata)).unwrap();
    assert!(packages.published(&package).await.is_err(), "lost on this disk");
}

#[tokio::test]
async fn bytes_that_were_not_approved_leave_nothing() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    for sent in [&b"eno"[..], b"on", b"onee"] {
        assert!(publish(&packages, b"one", sent).await.is_err());
    }
    assert!(packages.packages(PackageFormat::Generic).await.unwrap().is_empty());
    assert_eq!(std::fs::read_dir(root.path().join(".tmp")).unwrap().count(), 0);
}

async fn add(
    packages: &PackageFolder,
    name: &str,
    bytes: &[u8],
    status: VersionStatus,
) -> Result<Version, PublishError> {
    let (sha256, length) = (Sha256::of(bytes), bytes.len() as u64);
    let version = PackageId::generic("n", "p").version("1");
    let asset = NewAsset { version, name: name.into(), sha256, bytes: length, status };
    packages.publish_asset(asset, Body::from(bytes.to_vec()).stream).await
}

#[tokio::test]
async fn a_write_sweeps_what_nobody_writes_to_any_more() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    let unfinished = || std::fs::read_dir(root.path().join(".tmp")).map_or(0, Iterator::count);
    let (go_on, told) = tokio::sync::oneshot::channel::<()>();
    let body: ByteStream = Box::pin(futures_util::stream::once(async {
        told.await.unwrap();
        Ok(b"slow".to_vec().into())
    }));
    let asset = NewAsset {
        version: PackageId::generic("n", "slow").version("1"),
        name: "a".into(),
        sha256: Sha256::of(b"slow"),
        bytes: 4,
        status: VersionStatus::Published,
    };
    let meanwhile = async {
        while unfinished() == 0 {
            tokio::task::yield_now().await;
        }
        std::fs::write(root.path().join(".tmp/.tmpkilled"), "half").unwrap();
        add(&packages, "a", b"1", VersionStatus::Published).await.unwrap();
        assert_eq!(unfinished(), 1, "the one that is written");
        go_on.send(()).unwrap();
    };
    let (slow, ()) = tokio::join!(packages.publish_asset(asset, body), meanwhile);
    slow.unwrap();
    assert_eq!(unfinished(), 0);
}

#[tokio::test]
async fn assets_are_added_until_the_version_is_finished() {
    use VersionStatus::{Published, Unfinished};
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    let add = async |name: &str, bytes: &'static [u8], status| add(&packages, name, bytes, status).await;
    let first = add("a", b"1", Unfinished).await.unwrap();
    let second = add("b", b"2", Published).await.unwrap();
    assert_ne!(first.revision(), second.revision());
    assert_eq!(second.assets.len(), 2);
    assert!(matches!(add("c", b"3", Published).await, Err(PublishError::Conflict(_))));
    assert!(matches!(add("a", b"3", Unfinished).await, Err(PublishError::Conflict(_))));
    assert_eq!(add("a", b"1", Unfinished).await.unwrap(), second, "published never becomes unfinished again");
    let read = packages.version(&PackageId::generic("n", "p").version("1")).await.unwrap().unwrap();
    assert_eq!(read, second);
}

#[tokio::test]
async fn a_revision_never_comes_back() {
    use VersionStatus::{Archived, Published};
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    let mut revisions = vec![add(&packages, "a", b"1", Published).await.unwrap().revision()];
    let id = PackageId::generic("n", "p");
    for target in [Target::Status(Archived), Target::Status(Published), Target::Deleted] {
        let change = Change { target, expected: None, revisions: std::collections::HashMap::new() };
        let changed = packages.change(&id, vec!["1".into()], change).await.unwrap();
        if target != Target::Deleted {
            revisions.push(changed[0].1.clone().unwrap().revision);
        }
    }
    assert!(packages.packages(PackageFormat::Generic).await.unwrap().is_empty());
    revisions.push(add(&packages, "a", b"1", Published).await.unwrap().revision());
    let count = revisions.len();
    revisions.sort();
    revisions.dedup();
    assert_eq!(revisions.len(), count);
}

#[tokio::test]
async fn one_of_many_publishers_wins() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    let publishers = (0..10_u8).map(|n| {
        let packages = packages.clone();
        async move { add(&packages, "a", &vec![n; 1000], VersionStatus::Published).await.is_ok() }
    });
    let won = futures_util::future::join_all(publishers).await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
}

/// Two versions at once, over and over, while others read: `Latest` is always whole, and right in the end.
#[tokio::test]
async fn latest_is_whole_while_many_publish() {
    let root = tempfile::tempdir().unwrap();
    let packages = PackageFolder::new(root.path());
    publish(&packages, b"one", b"one").await.unwrap();
    let reader = tokio::spawn({
        let packages = packages.clone();
        async move {
            for _ in 0..300 {
                assert!(latest(&packages).await.is_some());
            }
        }
    });
    let publishers = (0..24_u8).map(|n| {
        let packages = packages.clone();
        tokio::spawn(async move {
            let bytes = vec![n; 1000 + usize::from(n)];
            put(&packages, &release(&bytes, &format!("0.{n}")), &bytes).await.unwrap();
        })
    });
    for publisher in publishers.collect::<Vec<_>>() {
        publisher.await.unwrap();
    }
    reader.await.unwrap();
    let versions = packages.versions(&PackageId::generic("clean", "clean")).await.unwrap();
    let newest =
        versions.iter().filter(|(name, _)| name != "Latest").max_by_key(|(_, v)| v.published).unwrap();
    let serves = packages.version(&generic("Latest")).await.unwrap().unwrap().serves;
    assert_eq!(serves.as_ref(), Some(&newest.0));
}
