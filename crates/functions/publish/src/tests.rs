use std::{path::Path, sync::Mutex};

use adapter_local::{Folder, PackageFolder};
use domain::{
    Coverage, Failure, PackageName, Policy, Report, Requester, RevocationInput, RevocationKind,
    RevocationRequest, Sha256, StoreKey, Withdrawal, judge,
};

use super::*;

const BYTES: &[u8] = b"PK\x05\x06 approved bytes";

struct Place {
    _folder: tempfile::TempDir,
    store: Folder,
    repository: PackageFolder,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        let repository = PackageFolder::new(folder.path().join("repository"));
        Self { _folder: folder, store, repository }
    }

    async fn publish(&self, document: &Document) -> Result<Publication> {
        handle(document.clone(), &self.store, &self.repository).await
    }

    /// The document of a package that is in the store, approved, with its record.
    async fn approved(&self) -> Document {
        let sha256 = Sha256::of(BYTES);
        let json = format!(
            r#"{{"submission": {{"id": "s", "source": {{"kind": "inline"}}, "requested_by": {{}},
                "requests": "submissions/s/requests.jsonl", "work": "packages"}},
                "request": {{"row": 2, "package": "clean", "url": "clean.zip"}},
                "artifact": {{"key": "artifacts/{sha256}", "sha256": "{sha256}", "bytes": {}, "format": "zip",
                "url": "clean.zip", "commit": null, "version": "1", "extension": "zip"}},
                "scan": {{"backend": "builtin", "id": "x", "state": "successful", "polls": 0, "wait_seconds": 0,
                "report": "scans/x/report.json"}}}}"#,
            BYTES.len()
        );
        let mut document: Document = serde_json::from_str(&json).unwrap();
        self.store.put(&StoreKey::artifact(&sha256), BYTES.to_vec().into()).await.unwrap();
        let coverage = Coverage { files: 1, bytes: 1, scanned_files: 1, scanned_bytes: 1, skipped: vec![] };
        let report = Report { sha256, engine: "test".into(), coverage, findings: vec![], identities: vec![] };
        let json = serde_json::to_vec(&report).unwrap();
        self.store.put(&StoreKey::parse("scans/x/report.json").unwrap(), json.into()).await.unwrap();
        let decision = judge(&report, &Policy::default());
        let now = Timestamp::from_millis(0);
        let record = DecisionRecord::new(&document, &decision, Some(&report), &Policy::default(), now);
        let key = record.keep(&self.store).await.unwrap();
        document.decision = Some(decision.recorded(key));
        document
    }
}

#[tokio::test]
async fn publishes_the_approved_bytes_and_the_same_again() {
    let place = Place::new();
    let document = place.approved().await;
    let first = place.publish(&document).await.unwrap();
    assert_eq!((first.version.as_str(), first.asset.as_str()), ("1", "clean.zip"));
    assert_eq!(place.publish(&document).await.unwrap(), first);
}

#[tokio::test]
async fn publishes_nothing_without_an_approval_of_these_bytes() {
    let place = Place::new();
    let approved = place.approved().await;
    let sha256 = Some(Sha256::of(BYTES));
    let failure = Some(Failure { error: "Rejected".into(), cause: String::new() });
    let mut other = approved.clone();
    // In the store, scanned perhaps, but not what the decision approved.
    let others: Vec<u8> = BYTES.iter().rev().copied().collect();
    other.artifact.as_mut().unwrap().sha256 = Sha256::of(&others);
    place.store.put(&StoreKey::artifact(&Sha256::of(&others)), others.into()).await.unwrap();
    let documents = [
        Document { decision: None, ..approved.clone() },
        Document { decision: Some(Decision::failed(sha256, "x")), ..approved.clone() },
        Document { artifact: None, ..approved.clone() },
        Document { failure, ..approved.clone() },
        other,
    ];
    for document in documents {
        assert_eq!(place.publish(&document).await.unwrap_err().name(), "Rejected", "{document:?}");
    }
    assert!(place.publish(&approved).await.is_ok());
}

#[tokio::test]
async fn refuses_an_approval_that_its_record_does_not_back() {
    let place = Place::new();
    let mut document = place.approved().await;
    let decision = document.decision.take().unwrap();
    let key = decision.record().unwrap().clone();
    place.store.put(&key, b"{}".to_vec().into()).await.unwrap();
    document.decision = Some(decision.clone());
    assert!(place.publish(&document).await.unwrap_err().to_string().contains("not backed"));
    document.decision = Some(decision.recorded(StoreKey::parse("decisions/none.json").unwrap()));
    assert!(place.publish(&document).await.unwrap_err().to_string().contains("not backed"));
}

#[tokio::test]
async fn refuses_bytes_swapped_after_the_scan() {
    let place = Place::new();
    let document = place.approved().await;
    let key = StoreKey::artifact(&Sha256::of(BYTES));
    for swapped in [b"shorter".to_vec(), BYTES.iter().rev().copied().collect()] {
        place.store.put(&key, swapped.into()).await.unwrap();
        assert_eq!(place.publish(&document).await.unwrap_err().name(), "Rejected");
    }
}

/// A repository where somebody revokes the package while it is published.
struct Meanwhile<'a> {
    place: &'a Place,
    revoked: Mutex<Vec<Approved>>,
}

impl PackageRepository for Meanwhile<'_> {
    async fn publish(&self, release: &Release, file: &Path) -> Result<Publication> {
        let publication = self.place.repository.publish(release, file).await?;
        revoke(order("clean", None), &self.place.store, self, Timestamp::from_millis(1)).await?;
        Ok(publication)
    }

    async fn revoke(&self, approved: &Approved) -> Result<Withdrawal> {
        self.revoked.lock().unwrap().push(approved.clone());
        Ok(Withdrawal { latest: None })
    }
}

fn order(package: &str, version: Option<&str>) -> RevocationInput {
    let package = PackageName::parse(package).unwrap();
    let (kind, version) = (RevocationKind::Revocation, version.map(str::to_owned));
    let source = RevocationRequest { kind, package, version, reason: "a backdoor was found".into() };
    let requested_by = Requester { name: "Grace".into(), email: String::new() };
    RevocationInput { source, requested_by }
}

#[tokio::test]
async fn a_revocation_while_it_is_published_takes_it_back() {
    let place = Place::new();
    let document = place.approved().await;
    let repository = Meanwhile { place: &place, revoked: Mutex::default() };
    let error = handle(document.clone(), &place.store, &repository).await.unwrap_err();
    assert!(error.to_string().contains("revoked by Grace"), "{error}");
    assert_eq!(repository.revoked.lock().unwrap().len(), 2, "once by the revocation, once by the publisher");
    let error = place.publish(&document).await.unwrap_err();
    assert!(
        error.to_string().contains("a backdoor was found"),
        "revoked bytes are not published again: {error}"
    );
}

#[tokio::test]
async fn a_revocation_names_versions_that_were_approved_and_who_and_why() {
    let place = Place::new();
    place.approved().await;
    let repository = Meanwhile { place: &place, revoked: Mutex::default() };
    let at = Timestamp::from_millis(1);
    let nobody = RevocationInput { requested_by: Requester::default(), ..order("clean", None) };
    let mut silent = order("clean", None);
    silent.source.reason = " ".into();
    for wrong in [order("clean", Some("2")), order("other", None), nobody, silent] {
        let error = revoke(wrong.clone(), &place.store, &repository, at).await.unwrap_err();
        assert_eq!(error.name(), "Rejected", "{wrong:?}");
    }
    assert!(repository.revoked.lock().unwrap().is_empty());
    for again in [Some("1"), None] {
        let done = revoke(order("clean", again), &place.store, &repository, at).await.unwrap();
        assert_eq!(done.versions, ["1"]);
    }
}

#[tokio::test]
async fn a_revocation_that_cannot_be_read_revokes_all_the_same() {
    let place = Place::new();
    let document = place.approved().await;
    let key = StoreKey::revocation(&document.request.package, &Sha256::of(BYTES));
    place.store.put(&key, b"{".to_vec().into()).await.unwrap();
    assert!(place.publish(&document).await.unwrap_err().to_string().contains("cannot be read"));
}

/// A repository that cannot take back version 1.
struct Stuck(Mutex<Vec<String>>);

impl PackageRepository for Stuck {
    async fn publish(&self, _: &Release, _: &Path) -> Result<Publication> {
        Err(Error::rejected("nothing is published here"))
    }

    async fn revoke(&self, approved: &Approved) -> Result<Withdrawal> {
        self.0.lock().unwrap().push(approved.version.clone());
        if approved.version == "1" {
            return Err(Error::rejected("version 1 is stuck"));
        }
        Ok(Withdrawal { latest: None })
    }
}

#[tokio::test]
async fn one_version_that_is_stuck_keeps_no_other_installable() {
    let place = Place::new();
    let document = place.approved().await;
    let key = document.decision.unwrap().record().unwrap().clone();
    let record = place.store.read(&key, LARGEST_RECORD).await.unwrap().unwrap();
    let mut other: DecisionRecord = serde_json::from_slice(&record).unwrap();
    other.version = Some("2".into());
    other.decided_at = Timestamp::from_millis(1);
    other.keep(&place.store).await.unwrap();
    let repository = Stuck(Mutex::default());
    let at = Timestamp::from_millis(2);
    let error = revoke(order("clean", None), &place.store, &repository, at).await.unwrap_err();
    assert!(error.to_string().contains("stuck"), "{error}");
    assert_eq!(*repository.0.lock().unwrap(), ["1", "2"]);
}
