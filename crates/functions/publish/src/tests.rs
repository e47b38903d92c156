use std::{path::Path, sync::Mutex};

use adapter_local::{Folder, PackageFolder};
use domain::{
    Coverage, Failure, PackageName, Policy, Report, Requester, RevocationInput, RevocationKind,
    RevocationRequest, RevokedName, Sha256, StoreKey, Withdrawal, judge,
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

    /// The document of `clean`, which is in the store, approved, with its record.
    async fn approved(&self) -> Document {
        self.approved_as("clean").await
    }

    /// The same bytes under this name, which its requester is called after.
    async fn approved_as(&self, package: &str) -> Document {
        let sha256 = Sha256::of(BYTES);
        let json = format!(
            r#"{{"submission": {{"id": "s", "source": {{"kind": "inline"}}, "requested_by": {{}},
                "requests": "submissions/s/requests.jsonl", "work": "packages"}},
                "request": {{"row": 2, "package": "{package}", "url": "clean.zip",
                "requester": "who asked for {package}"}},
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
async fn what_is_revoked_is_taken_back_under_every_name() {
    let place = Place::new();
    let documents = [place.approved().await, place.approved_as("other-name").await];
    for document in &documents {
        place.publish(document).await.unwrap();
    }
    let at = Timestamp::from_millis(1);
    let done = revoke(order("clean", Some("1")), &place.store, &place.repository, at).await.unwrap();
    assert_eq!(done.requesters, ["who asked for clean"]);
    let other = RevokedName {
        package: PackageName::parse("other-name").unwrap(),
        versions: vec!["1".into()],
        latest: None,
        requesters: vec!["who asked for other-name".into()],
    };
    assert_eq!(done.others, [other]);
    let later = [place.approved_as("third").await];
    for document in documents.iter().chain(&later) {
        let error = place.publish(document).await.unwrap_err().to_string();
        assert!(error.contains("revoked by Grace") && error.contains("as clean:"), "{error}");
    }
}

#[tokio::test]
async fn a_revocation_while_another_name_is_published_takes_that_back() {
    let place = Place::new();
    place.approved().await;
    let document = place.approved_as("other-name").await;
    let repository = Meanwhile { place: &place, revoked: Mutex::default() };
    let error = handle(document, &place.store, &repository).await.unwrap_err();
    assert!(error.to_string().contains("revoked by Grace"), "{error}");
    let revoked = repository.revoked.lock().unwrap();
    let names: Vec<&str> = revoked.iter().map(|approved| approved.package.as_str()).collect();
    assert_eq!(names, ["clean", "other-name", "other-name"], "the last by the publisher");
}

#[tokio::test]
async fn other_bytes_and_what_only_looks_alike_stay() {
    let place = Place::new();
    let document = place.approved().await;
    // Named like the folder of the revocation itself.
    let named_like_it = place.approved_as(&Sha256::of(BYTES).to_string()).await;
    let key = named_like_it.decision.unwrap().record().unwrap().clone();
    let record = place.store.read(&key, LARGEST_RECORD).await.unwrap().unwrap();
    let mut other: DecisionRecord = serde_json::from_slice(&record).unwrap();
    other.sha256 = Some(Sha256::of(b"other"));
    other.keep(&place.store).await.unwrap();
    let repository = Meanwhile { place: &place, revoked: Mutex::default() };
    for _ in 0..2 {
        let at = Timestamp::from_millis(1);
        let done = revoke(order("clean", None), &place.store, &repository, at).await.unwrap();
        assert_eq!((done.versions.len(), done.others.len()), (1, 1));
    }
    assert!(RevocationRecord::find(&Sha256::of(b"other"), &place.store).await.unwrap().is_none());
    assert!(place.publish(&document).await.is_err());
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
    let key = StoreKey::revocation(&Sha256::of(BYTES));
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

#[tokio::test]
async fn a_decision_that_cannot_be_read_keeps_nothing_installable() {
    let place = Place::new();
    let document = place.approved().await;
    place.approved_as("other-name").await;
    let (bytes, lost) = (Sha256::of(BYTES), Sha256::of(b"lost"));
    let junk = [
        format!("decisions/clean/{bytes}/zz.json"),
        format!("decisions/other-name/{bytes}/zz.json"),
        format!("decisions/clean/{lost}/19700101T000000.000Z.json"),
        "decisions/clean/none/19700101T000000.000Z.json".to_owned(),
        format!("decisions/clean/{bytes}/.DS_Store"),
    ];
    for key in &junk {
        place.store.put(&StoreKey::parse(key).unwrap(), b"{".to_vec().into()).await.unwrap();
    }
    let repository = Meanwhile { place: &place, revoked: Mutex::default() };
    let at = Timestamp::from_millis(1);
    // The last two are no decisions on bytes.
    for _ in 0..3 {
        let error = revoke(order("clean", None), &place.store, &repository, at).await.unwrap_err();
        let told = junk.iter().find(|key| error.to_string().contains(key.as_str()));
        let told = told.unwrap_or_else(|| panic!("the error says which one: {error}"));
        let revoked = std::mem::take(&mut *repository.revoked.lock().unwrap());
        let names: Vec<&str> = revoked.iter().map(|approved| approved.package.as_str()).collect();
        assert_eq!(names, ["clean", "other-name"]);
        for refused in [bytes, lost] {
            assert!(RevocationRecord::find(&refused, &place.store).await.unwrap().is_some(), "{refused}");
        }
        assert!(place.publish(&document).await.is_err());
        std::fs::remove_file(place.store.path(&StoreKey::parse(told).unwrap())).unwrap();
    }
    revoke(order("clean", None), &place.store, &repository, at).await.unwrap();
}

#[tokio::test]
async fn a_decision_about_something_else_than_its_key_is_not_read() {
    let place = Place::new();
    let document = place.approved().await;
    let key = document.decision.unwrap().record().unwrap().clone();
    let record = place.store.read(&key, LARGEST_RECORD).await.unwrap().unwrap();
    let misplaced = format!("decisions/clean/{}/19700101T000000.000Z.json", Sha256::of(b"other"));
    place.store.put(&StoreKey::parse(&misplaced).unwrap(), record.into()).await.unwrap();
    let at = Timestamp::from_millis(1);
    let error = revoke(order("clean", None), &place.store, &place.repository, at).await.unwrap_err();
    assert!(error.to_string().contains(&misplaced), "{error}");
}
