//! `evaluate`: judges the report, or says why there is none, and keeps the decision for good.

use domain::{
    Artifact, Decision, DecisionRecord, Document, Policy, Report, Result, RevocationRecord, Scan, ScanState,
    Store, Timestamp, judge, misnamed,
};

/// A report lists every finding and every entry that was skipped; a hostile archive can make many of both.
const LARGEST_REPORT: u64 = 64 * 1024 * 1024;

/// Decides on the document's package. What was caught in an earlier stage is decided `failed`.
pub async fn handle(
    document: Document,
    store: &impl Store,
    policy: &Policy,
    now: Timestamp,
) -> Result<Decision> {
    let (decision, report) = match evidence(&document, store).await? {
        Ok(report) => {
            let report = with_request(report, &document, store).await?;
            (judge(&report, policy), Some(report))
        }
        Err(reason) => (Decision::failed(document.artifact.as_ref().map(|a| a.sha256), reason), None),
    };
    let record = DecisionRecord::new(&document, &decision, report.as_ref(), policy, now).keep(store).await?;
    Ok(decision.recorded(record))
}

/// The report with what the bytes alone do not say: whether they are the package that was asked for, and whether they
/// were revoked.
async fn with_request(mut report: Report, document: &Document, store: &impl Store) -> Result<Report> {
    let package = &document.request.package;
    let misnamed = document.artifact.as_ref().and_then(|a| misnamed(package, a, &report.identities));
    let revoked = RevocationRecord::find(&report.sha256, store).await?;
    report.findings.extend(misnamed.into_iter().chain(revoked.map(|record| record.finding())));
    Ok(report)
}

/// The report on exactly this artifact, or the reason why nothing can be judged.
async fn evidence(document: &Document, store: &impl Store) -> Result<Result<Report, String>> {
    if let Some(failure) = &document.failure {
        return Ok(Err(failure.message()));
    }
    let (Some(artifact), Some(scan)) = (&document.artifact, &document.scan) else {
        return Ok(Err("the package was not scanned".to_owned()));
    };
    match scan.state {
        ScanState::Successful => read(artifact, scan, store).await,
        ScanState::InProgress => Ok(Err("the scan did not finish".to_owned())),
        ScanState::Failed => Ok(Err("the scan failed".to_owned())),
    }
}

async fn read(artifact: &Artifact, scan: &Scan, store: &impl Store) -> Result<Result<Report, String>> {
    let key = &scan.report;
    let Some(bytes) = store.read(key, LARGEST_REPORT).await? else {
        return Ok(Err(format!("the scan's report {key} is not in the store")));
    };
    Ok(match serde_json::from_slice::<Report>(&bytes) {
        Ok(report) if report.sha256 == artifact.sha256 => Ok(report),
        Ok(report) => Err(format!("the report {key} is about other bytes: {}", report.sha256)),
        Err(error) => Err(format!("the report {key} cannot be read: {error}")),
    })
}

#[cfg(test)]
mod tests {
    use adapter_local::Folder;
    use domain::{
        Confidence, Coverage, Failure, Finding, Identity, PackageKind, PackageName, Severity, Sha256,
        StoreKey, Verdict,
    };

    use super::*;

    const NOW: i64 = 1_795_456_324_005;

    fn document(state: &str) -> Document {
        let digest = Sha256::of(b"bytes");
        let json = format!(
            r#"{{"submission": {{"id": "s", "source": {{"kind": "inline"}}, "requested_by": {{}},
                "requests": "submissions/s/requests.jsonl", "work": "packages"}},
                "request": {{"row": 2, "package": "clean", "url": "clean.zip"}},
                "artifact": {{"key": "artifacts/{digest}", "sha256": "{digest}", "bytes": 5, "format": "zip",
                "url": "clean.zip", "commit": null, "version": "1", "extension": "zip"}},
                "scan": {{"backend": "builtin", "id": "x", "state": "{state}", "polls": 0, "wait_seconds": 0,
                "report": "scans/x/report.json"}}}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    fn report() -> Report {
        Report {
            sha256: Sha256::of(b"bytes"),
            engine: "test 1".into(),
            coverage: Coverage { files: 1, bytes: 5, scanned_files: 1, scanned_bytes: 5, skipped: vec![] },
            findings: vec![],
            identities: vec![],
        }
    }

    async fn put(store: &Folder, bytes: Vec<u8>) {
        store.put(&StoreKey::parse("scans/x/report.json").unwrap(), bytes.into()).await.unwrap();
    }

    async fn decide(document: Document, store: &Folder) -> Decision {
        let decisions = store.list("decisions/").await.unwrap().len() as i64;
        handle(document, store, &Policy::default(), Timestamp::from_millis(NOW + decisions)).await.unwrap()
    }

    #[tokio::test]
    async fn refuses_a_package_whose_own_metadata_names_another() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        let identity = |name: &str| Identity {
            kind: PackageKind::Wheel,
            name: name.into(),
            version: "1".into(),
            file: "f.whl".into(),
        };
        let mut wheel = document("successful");
        wheel.artifact.as_mut().unwrap().extension = "whl".into();
        for (name, verdict) in [("evil", Verdict::Refused), ("Clean", Verdict::Approved)] {
            let report = Report { identities: vec![identity(name)], ..report() };
            put(&store, serde_json::to_vec(&report).unwrap()).await;
            let decision = decide(wheel.clone(), &store).await;
            assert_eq!(decision.verdict(), verdict, "{name}");
            let told = decision.reasons().iter().any(|r| r.contains("clean") && r.contains("evil"));
            assert_eq!(told, verdict == Verdict::Refused, "{:?}", decision.reasons());
        }
    }

    #[tokio::test]
    async fn refuses_bytes_that_were_revoked_under_whatever_name() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        put(&store, serde_json::to_vec(&report()).unwrap()).await;
        let record = RevocationRecord {
            package: PackageName::parse("another").unwrap(),
            sha256: Sha256::of(b"bytes"),
            version: Some("1".into()),
            identity: None,
            reason: "a backdoor".into(),
            revoked_by: "Grace".into(),
            revoked_at: Timestamp::from_millis(NOW),
        };
        record.keep(&store).await.unwrap();
        let decision = decide(document("successful"), &store).await;
        assert_eq!(decision.verdict(), Verdict::Refused);
        let told = &decision.reasons()[0];
        assert!(told.contains("revoked by Grace") && told.contains("as another: a backdoor"), "{told}");
    }

    #[tokio::test]
    async fn approves_a_clean_report_and_keeps_the_record() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        put(&store, serde_json::to_vec(&report()).unwrap()).await;
        let decision = decide(document("successful"), &store).await;
        assert_eq!(decision.verdict(), Verdict::Approved);
        let key = decision.record().unwrap();
        assert_eq!(
            key.as_str(),
            format!("decisions/clean/{}/20261123T175204.005Z.json", Sha256::of(b"bytes"))
        );
        let record: DecisionRecord =
            serde_json::from_slice(&store.read(key, 1 << 20).await.unwrap().unwrap()).unwrap();
        assert_eq!((record.verdict, record.engine.as_deref()), (Verdict::Approved, Some("test 1")));
    }

    #[tokio::test]
    async fn refuses_and_keeps_the_findings_that_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        let finding = Finding {
            rule: "reverse-shell".into(),
            title: "opens a reverse shell".into(),
            severity: Severity::Critical,
            confidence: Confidence::High,
            path: Some("setup.py".into()),
            line: Some(3),
            end_line: Some(4),
            message: String::new(),
            recommendation: String::new(),
            references: vec![],
        };
        put(&store, serde_json::to_vec(&Report { findings: vec![finding.clone()], ..report() }).unwrap())
            .await;
        let decision = decide(document("successful"), &store).await;
        assert_eq!(decision.verdict(), Verdict::Refused);
        let bytes = store.read(decision.record().unwrap(), 1 << 20).await.unwrap().unwrap();
        assert_eq!(serde_json::from_slice::<DecisionRecord>(&bytes).unwrap().findings, [finding]);
    }

    #[tokio::test]
    async fn a_second_evaluation_finds_the_first_record() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        put(&store, serde_json::to_vec(&report()).unwrap()).await;
        let first = decide(document("successful"), &store).await;
        let later = Timestamp::from_millis(NOW + 60_000);
        let second = handle(document("successful"), &store, &Policy::default(), later).await.unwrap();
        assert_eq!(first, second);
        assert_eq!(store.list("decisions/").await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn everything_but_a_whole_report_on_these_bytes_is_failed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        let missing = decide(document("successful"), &store).await;
        put(&store, b"{}".to_vec()).await;
        let malformed = decide(document("successful"), &store).await;
        put(&store, vec![]).await;
        let empty = decide(document("successful"), &store).await;
        put(&store, serde_json::to_vec(&Report { sha256: Sha256::of(b"other"), ..report() }).unwrap()).await;
        let other = decide(document("successful"), &store).await;
        put(&store, serde_json::to_vec(&report()).unwrap()).await;
        let failed_scan = decide(document("failed"), &store).await;
        let unfinished = decide(document("in_progress"), &store).await;
        let failure = Failure { error: "Rejected".into(), cause: "the host is not allowed".into() };
        let caught = decide(Document { failure: Some(failure), ..document("successful") }, &store).await;
        let unscanned = decide(Document { scan: None, ..document("successful") }, &store).await;
        for decision in [missing, malformed, empty, other, failed_scan, unfinished, caught, unscanned] {
            assert_eq!(decision.verdict(), Verdict::Failed, "{decision:?}");
            assert_eq!(decision.reasons().len(), 1);
            assert!(decision.record().is_some());
        }
    }
}
