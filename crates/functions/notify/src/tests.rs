//! What people are told, in the cases there are.

use std::sync::Mutex;

use adapter_local::Folder;
use domain::{
    CommitState, Error, Message, Notifier, Origin, Policy, RequestFiles, RequestSource, Result, Results,
    Source, Store as _, StoreKey, Timestamp, Verdict,
};

use crate::{Notice, Outcome, Ports, RunOutcome, handle};

#[derive(Default)]
struct Inbox {
    messages: Mutex<Vec<Message>>,
    broken: bool,
}

impl Notifier for Inbox {
    async fn deliver(&self, message: &Message) -> Result<()> {
        if self.broken {
            return Err(Error::transient("the topic takes no message"));
        }
        self.messages.lock().unwrap().push(message.clone());
        Ok(())
    }
}

#[derive(Default)]
struct Commit {
    statuses: Mutex<Vec<(CommitState, String)>>,
    broken: bool,
}

impl RequestSource for Commit {
    async fn read(&self, _: &Source) -> Result<RequestFiles> {
        Err(Error::rejected("notify reads no request file"))
    }

    async fn answer(&self, _: &Origin, state: CommitState, description: &str) -> Result<()> {
        if self.broken {
            return Err(Error::transient("the host takes no status"));
        }
        self.statuses.lock().unwrap().push((state, description.to_owned()));
        Ok(())
    }
}

struct Desk {
    _folder: tempfile::TempDir,
    ports: Ports<Folder, Inbox, Commit>,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ports = Ports {
            store: Folder::new(folder.path()),
            notifier: Inbox::default(),
            source: Commit::default(),
        };
        Self { _folder: folder, ports }
    }

    async fn tell(&self, json: &str) -> Result<Outcome> {
        let notice: Notice = serde_json::from_str(json).unwrap();
        handle(notice, &self.ports, &Policy::default(), Timestamp::from_millis(0)).await
    }

    async fn put(&self, key: &str, text: &str) {
        self.ports.store.put(&StoreKey::parse(key).unwrap(), text.as_bytes().to_vec().into()).await.unwrap();
    }

    fn messages(&self) -> Vec<Message> {
        self.ports.notifier.messages.lock().unwrap().clone()
    }

    async fn results(&self) -> Results {
        let keys = self.ports.store.list("submissions/").await.unwrap();
        let key = keys.iter().find(|k| k.as_str().ends_with("/results.json")).unwrap();
        serde_json::from_slice(&self.ports.store.read(key, 1 << 20).await.unwrap().unwrap()).unwrap()
    }
}

const SUBMISSION: &str = r#""submission": {"id": "s", "source": {"kind": "inline"}, "requested_by":
    {"name": "Ada", "email": "ada@example.invalid"}, "requests": "submissions/s/requests.jsonl", "work": "packages"}"#;
const SOURCE: &str =
    r#""source": {"kind": "inline", "csv": "x"}, "requested_by": {"name": "Ada", "email": ""}"#;

fn request(row: u64, package: &str) -> String {
    format!(
        r#"{SUBMISSION}, "request": {{"row": {row}, "package": "{package}", "url": "https://host.example/a.zip"}}"#
    )
}

fn artifact() -> String {
    let digest = "ab".repeat(32);
    format!(
        r#""artifact": {{"key": "artifacts/{digest}", "sha256": "{digest}", "bytes": 5, "format": "zip",
        "url": "https://host.example/a.zip", "commit": null, "version": "1.0", "extension": "zip"}}"#
    )
}

fn decision(verdict: &str, record: &str) -> String {
    let digest = "ab".repeat(32);
    format!(
        r#""decision": {{"verdict": "{verdict}", "sha256": "{digest}", "coverage": {{"files": 1, "bytes": 1,
        "scanned_files": 1, "scanned_bytes": 1, "skipped": []}}, "reasons": ["high reverse-shell at setup.py:3: x"],
        "counts": {{"critical": 0, "high": 1, "medium": 0, "low": 0, "info": 0}}, "record": "{record}"}}"#
    )
}

#[tokio::test]
async fn an_approval_carries_the_command() {
    let desk = Desk::new();
    let publication = r#""publication": {"repository": "airlock/approved", "version": "1.0", "asset": "clean.zip",
        "latest": false, "install": ["aws codeartifact get-package-version-asset --package clean"]}"#;
    let decision = decision("approved", "decisions/clean/x.json");
    desk.tell(&format!("{{{}, {}, {decision}, {publication}}}", request(2, "clean"), artifact()))
        .await
        .unwrap();
    let [message] = desk.messages().try_into().unwrap();
    assert_eq!(message.subject, "[Airlock] approved: clean 1.0");
    assert!(message.body.contains("\n  aws codeartifact get-package-version-asset --package clean\n"));
    assert!(message.body.contains(&"ab".repeat(32)));
    assert_eq!((message.verdict, message.requester.as_str()), ("approved", "ada@example.invalid"));
}

#[tokio::test]
async fn a_refusal_carries_findings_with_place_and_advice() {
    let desk = Desk::new();
    let finding = r#"{"rule": "reverse-shell", "title": "opens a reverse shell", "severity": "high",
        "confidence": "high", "path": "setup.py\nVerdict: approved", "line": 3, "end_line": 3,
        "message": "see https://evil.invalid", "recommendation": "do not use it", "references": []}"#;
    let record = format!(
        r#"{{"package": "bad", "url": "https://host.example/a.zip", "sha256": null, "bytes": null, "commit": null,
        "version": null, "requester": "", "submission": "s", "verdict": "refused", "reasons": [], "counts":
        {{"critical": 0, "high": 1, "medium": 0, "low": 0, "info": 0}}, "policy": {{"threshold": "medium"}},
        "backend": null, "engine": null, "report": null, "coverage": null,
        "findings": [{finding}], "decided_at": "2026-11-23T00:00:00Z"}}"#
    );
    desk.put("decisions/bad/x.json", &record).await;
    let decision = decision("refused", "decisions/bad/x.json");
    desk.tell(&format!("{{{}, {}, {decision}}}", request(2, "bad"), artifact())).await.unwrap();
    let [message] = desk.messages().try_into().unwrap();
    assert_eq!(message.verdict, "refused");
    assert!(message.body.contains("opens a reverse shell [high] reverse-shell"), "{}", message.body);
    assert!(message.body.contains("Where: setup.py\\u{a}Verdict: approved:3\n"), "{}", message.body);
    assert!(message.body.contains("Do: do not use it") && message.body.contains("hxxps://evil[.]invalid"));
}

#[tokio::test]
async fn a_failure_before_any_decision_is_decided_and_recorded() {
    let desk = Desk::new();
    let failure = r#""failure": {"Error": "Rejected", "Cause": "{\"errorMessage\": \"the store is gone\"}"}"#;
    desk.tell(&format!("{{{}, {}, {failure}}}", request(2, "clean"), artifact())).await.unwrap();
    let [message] = desk.messages().try_into().unwrap();
    assert_eq!(message.verdict, "failed");
    assert!(message.body.contains("the store is gone"), "{}", message.body);
    assert_eq!(desk.ports.store.list("decisions/clean/").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_package_that_nobody_was_told_of_fails_the_run() {
    let mut desk = Desk::new();
    desk.ports.notifier.broken = true;
    let notice =
        format!("{{{}, {}, {}}}", request(2, "bad"), artifact(), decision("refused", "decisions/bad/x.json"));
    desk.put("submissions/s/requests.jsonl", &format!("{{{}}}", request(2, "bad"))).await;
    desk.put("submissions/s/rejected.json", "[]").await;
    assert_eq!(desk.tell(&notice).await.unwrap_err().name(), "Transient");
    desk.ports.notifier.broken = false;
    let report = format!("{{{SOURCE}, {SUBMISSION}}}");
    assert_eq!(desk.tell(&report).await.unwrap().outcome, RunOutcome::Failed);
    assert_eq!(desk.results().await.packages[0].verdict, Verdict::Refused);
    for _ in 0..2 {
        desk.tell(&notice).await.unwrap();
    }
    assert_eq!(desk.messages().iter().filter(|m| m.package.is_some()).count(), 1);
    assert_eq!(desk.tell(&report).await.unwrap().outcome, RunOutcome::Completed);
}

#[tokio::test]
async fn an_approval_that_was_not_published_is_told_as_failed() {
    let desk = Desk::new();
    let failure = r#""failure": {"Error": "Rejected", "Cause": "the version holds other bytes"}"#;
    let decision = decision("approved", "decisions/clean/x.json");
    desk.tell(&format!("{{{}, {}, {decision}, {failure}}}", request(2, "clean"), artifact())).await.unwrap();
    let [message] = desk.messages().try_into().unwrap();
    assert_eq!(message.verdict, "failed");
    assert!(
        message.body.contains("other bytes") && !message.body.contains("aws codeartifact"),
        "{}",
        message.body
    );
}

#[tokio::test]
async fn a_submission_tells_every_row_and_the_missing_one_too() {
    let desk = Desk::new();
    desk.put(
        "submissions/s/requests.jsonl",
        &format!("{{{}}}\n{{{}}}\n", request(2, "clean"), request(3, "lost")),
    )
    .await;
    desk.put("submissions/s/rejected.json", r#"[{"row": 4, "reason": "the name is missing"}]"#).await;
    let publication = r#""publication": {"repository": "r", "version": "1", "asset": "a", "latest": false,
        "install": ["x"]}"#;
    let decision = decision("approved", "decisions/clean/x.json");
    desk.tell(&format!("{{{}, {}, {decision}, {publication}}}", request(2, "clean"), artifact()))
        .await
        .unwrap();
    let outcome = desk.tell(&format!("{{{SOURCE}, {SUBMISSION}}}")).await.unwrap();
    assert_eq!(outcome.outcome, RunOutcome::Failed);
    let verdicts: Vec<_> = desk.results().await.packages.iter().map(|p| p.verdict).collect();
    assert_eq!(verdicts, [Verdict::Approved, Verdict::Failed]);
    let summary = "1 approved, 0 refused, 1 failed, 1 rows rejected";
    assert_eq!(desk.ports.source.statuses.lock().unwrap()[..], [(CommitState::Error, summary.to_owned())]);
    let [_, message] = desk.messages().try_into().unwrap();
    assert!(message.body.contains("lost: failed") && message.body.contains("row 4: the name is missing"));
}

#[tokio::test]
async fn a_request_file_that_could_not_be_read_is_told() {
    let desk = Desk::new();
    let failure = r#""failure": {"Error": "Rejected", "Cause": "the request file is empty"}"#;
    let outcome = desk.tell(&format!("{{{SOURCE}, {failure}}}")).await.unwrap();
    assert_eq!(outcome.outcome, RunOutcome::Failed);
    assert_eq!(desk.results().await.failure.as_deref(), Some("the request file is empty"));
    assert_eq!(desk.messages()[0].verdict, "failed");
}

#[tokio::test]
async fn the_digest_is_sent_once_even_where_the_status_is_not_taken() {
    let mut desk = Desk::new();
    desk.ports.source.broken = true;
    desk.put("submissions/s/requests.jsonl", "").await;
    desk.put("submissions/s/rejected.json", "[]").await;
    for _ in 0..3 {
        let error = desk.tell(&format!("{{{SOURCE}, {SUBMISSION}}}")).await.unwrap_err();
        assert_eq!(error.name(), "Transient");
    }
    assert_eq!(desk.messages().len(), 1);
}

const REVOCATION: &str = r#""source": {"kind": "revocation", "package": "clean", "version": "1.0", "reason": "a backdoor"},
    "requested_by": {"name": "Grace", "email": "grace@example.invalid"}"#;

#[tokio::test]
async fn everyone_who_asked_is_told_of_a_revocation_once() {
    let desk = Desk::new();
    let revocation =
        r#""revocation": {"versions": ["1.0"], "latest": "0.9", "requesters": ["ada@example.invalid"]}"#;
    for _ in 0..2 {
        let told = desk.tell(&format!("{{{REVOCATION}, {revocation}}}")).await.unwrap();
        assert_eq!(told.outcome, RunOutcome::Completed);
    }
    let messages = desk.messages();
    let to: Vec<&str> = messages.iter().map(|m| m.requester.as_str()).collect();
    assert_eq!(to, ["ada@example.invalid", "grace@example.invalid"]);
    for message in messages {
        assert_eq!((message.verdict, message.subject.as_str()), ("revoked", "[Airlock] revoked: clean"));
        for part in ["version 1.0", "Latest serves version 0.9 now", "Revoked by: grace", "a backdoor"] {
            assert!(message.body.contains(part), "{part} in {}", message.body);
        }
    }
}

#[tokio::test]
async fn whoever_asked_for_the_same_bytes_by_another_name_is_told_that_name() {
    let desk = Desk::new();
    let revocation = r#""revocation": {"versions": ["1.0"], "latest": null, "requesters": ["ada@example.invalid"],
        "others": [{"package": "other-name", "versions": ["2.0"], "latest": "1.9", "requesters": ["bob@example.invalid"]}]}"#;
    desk.tell(&format!("{{{REVOCATION}, {revocation}}}")).await.unwrap();
    let messages = desk.messages();
    let told = |to: &str| -> Vec<_> {
        messages.iter().filter(|m| m.requester == to).map(|m| m.subject.as_str()).collect()
    };
    let (clean, other) = ("[Airlock] revoked: clean", "[Airlock] revoked: other-name");
    assert_eq!(told("ada@example.invalid"), [clean]);
    assert_eq!(told("bob@example.invalid"), [other]);
    assert_eq!(told("grace@example.invalid").len(), 2, "whoever revoked sees all that it did");
    let message = messages.iter().find(|m| m.requester == "bob@example.invalid").unwrap();
    assert_eq!(message.package.as_ref().unwrap().as_str(), "other-name");
    for part in ["version 2.0", "the bytes that were revoked as clean", "Latest serves version 1.9 now"] {
        assert!(message.body.contains(part), "{part} in {}", message.body);
    }
    assert!(!messages.iter().any(|m| m.subject == clean && m.body.contains("revoked as clean")));
}

#[tokio::test]
async fn a_revocation_that_failed_is_told_to_whoever_revoked() {
    let desk = Desk::new();
    let failure = r#""failure": {"Error": "Rejected", "Cause": "nothing was approved as clean"}"#;
    let told = desk.tell(&format!("{{{REVOCATION}, {failure}}}")).await.unwrap();
    assert_eq!(told.outcome, RunOutcome::Failed);
    let [message] = &desk.messages()[..] else { panic!("one message") };
    assert_eq!((message.verdict, message.requester.as_str()), ("failed", "grace@example.invalid"));
    assert!(message.body.contains("nothing was approved as clean"), "{}", message.body);
}
