use std::{
    collections::BTreeMap,
    io::Write as _,
    sync::{Arc, Mutex},
};

use domain::{Confidence, PackageUrl, Severity, Written};

use super::*;
use crate::wire::{Reply, Seen, Server};

/// A store in memory: these tests are about the wire.
#[derive(Debug, Default, Clone)]
struct Memory(Arc<Mutex<BTreeMap<StoreKey, Vec<u8>>>>);

impl Store for Memory {
    async fn put(&self, key: &StoreKey, body: Body) -> Result<()> {
        let bytes = crate::parts::Parts::of(body).whole().await?;
        self.0.lock().unwrap().insert(key.clone(), bytes.to_vec());
        Ok(())
    }
    async fn put_if_absent(&self, key: &StoreKey, body: Body) -> Result<Written> {
        self.put(key, body).await.map(|()| Written::New)
    }
    async fn get(&self, key: &StoreKey) -> Result<Option<Body>> {
        Ok(self.0.lock().unwrap().get(key).cloned().map(Body::from))
    }
    async fn list(&self, _: &str) -> Result<Vec<StoreKey>> {
        Ok(vec![])
    }
}

impl Memory {
    fn report(&self, scan: &Scan) -> Report {
        serde_json::from_slice(&self.0.lock().unwrap()[&scan.report]).unwrap()
    }
}

/// A zip with one stored file, `a.py`, or with a path that leaves the archive.
fn zip(path: &str) -> Vec<u8> {
    let content = b"print(1)\n";
    let mut entry = vec![];
    let common = |out: &mut Vec<u8>, crc: u32| {
        out.extend([10, 0, 0, 0, 0, 0, 0, 0, 33, 0]);
        out.extend(crc.to_le_bytes());
        out.extend((content.len() as u32).to_le_bytes());
        out.extend((content.len() as u32).to_le_bytes());
        out.extend((path.len() as u16).to_le_bytes());
        out.extend([0, 0]);
    };
    let crc = crc32(content);
    entry.extend(b"PK\x03\x04");
    common(&mut entry, crc);
    entry.extend(path.as_bytes());
    entry.extend(content);
    let start = entry.len() as u32;
    entry.extend(b"PK\x01\x02\x14\x00");
    common(&mut entry, crc);
    entry.extend([0; 14]);
    entry.extend(path.as_bytes());
    let size = entry.len() as u32 - start;
    entry.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    entry.extend(size.to_le_bytes());
    entry.extend(start.to_le_bytes());
    entry.extend([0, 0]);
    entry
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(
            crc ^ u32::from(byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

struct Case {
    artifact: Artifact,
    file: tempfile::NamedTempFile,
    store: Memory,
}

fn case(bytes: &[u8], format: Format) -> Case {
    drop(rustls::crypto::ring::default_provider().install_default());
    let sha256 = Sha256::of(bytes);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let artifact = Artifact {
        key: StoreKey::artifact(&sha256),
        sha256,
        bytes: bytes.len() as u64,
        format,
        url: PackageUrl::parse("https://example.invalid/a.zip").unwrap(),
        commit: None,
        version: "1".into(),
        extension: format.extension().into(),
    };
    Case { artifact, file, store: Memory::default() }
}

impl Case {
    async fn start(&self, server: &Server) -> Result<Scan> {
        self.service(server).await.start(&self.artifact, self.file.path()).await
    }

    async fn service(&self, server: &Server) -> CodeGuru<Memory> {
        server.aws().await.code_guru(self.store.clone(), 3)
    }

    /// Starts at an honest service, then polls the given one.
    async fn poll(&self, server: &Server) -> Result<Scan> {
        let scan = self.start(&service(|_| None).await).await.unwrap();
        self.service(server).await.poll(&self.artifact, &scan).await
    }

    /// Starts at an honest service, then polls the given one until it has an answer.
    async fn finish(&self, server: &Server) -> Result<Scan> {
        let mut scan = self.poll(server).await?;
        while scan.state == ScanState::InProgress {
            scan = self.service(server).await.poll(&self.artifact, &scan).await?;
        }
        Ok(scan)
    }

    fn has_report(&self) -> bool {
        self.store.0.lock().unwrap().keys().any(|key| key.as_str().ends_with("report.json"))
    }
}

fn name() -> String {
    scan_name(&Sha256::of(&zip("a.py")))
}

/// CodeGuru Security, all well unless `other` answers differently.
async fn service(other: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static) -> Server {
    Server::start(move |seen| other(seen).unwrap_or_else(|| honest(seen))).await
}

fn honest(seen: &Seen) -> Reply {
    let scan = |state: &str| {
        let (name, when) = (name(), 1.5);
        Reply::json(&format!(
            r#"{{"scanName":"{name}","runId":"r","resourceId":{{"codeArtifactId":"c"}},"scanState":"{state}","createdAt":{when},"analysisType":"Security"}}"#
        ))
    };
    match (seen.method.as_str(), seen.path.split('/').nth(1).unwrap_or_default()) {
        ("POST", "uploadUrl") => {
            let host = seen.header("host").unwrap();
            Reply::json(&format!(
                r#"{{"s3Url":"http://{host}/put?signature=s3cr3t","codeArtifactId":"c","requestHeaders":{{"x-amz-server-side-encryption":"aws:kms","x-marker":"m"}}}}"#
            ))
        }
        ("PUT", "put") => Reply::new(200, ""),
        ("POST", "scans") => scan("InProgress"),
        ("GET", "scans") => scan("Successful"),
        ("GET", "findings") => Reply::json(r#"{"findings":[]}"#),
        _ => Reply::error(400, "ValidationException"),
    }
}

/// Answers with `reply` what comes to `path`.
fn at(path: &'static str, reply: Reply) -> impl Fn(&Seen) -> Option<Reply> {
    move |seen| seen.path.starts_with(path).then(|| reply.clone())
}

#[tokio::test]
async fn uploads_with_every_header_and_starts_one_scan() {
    let (server, case) = (service(|_| None).await, case(&zip("a.py"), Format::Zip));
    let scan = case.start(&server).await.unwrap();
    assert_eq!((scan.state, scan.polls, scan.wait_seconds), (ScanState::InProgress, 0, 2));
    assert_eq!(server.lines(), ["POST /uploadUrl", "PUT /put", "POST /scans"]);
    let [_, put, create] = [0, 1, 2].map(|n| server.seen()[n].clone());
    assert_eq!(
        (put.header("x-amz-server-side-encryption"), put.header("x-marker")),
        (Some("aws:kms"), Some("m"))
    );
    assert_eq!(put.header("content-length"), Some(case.artifact.bytes.to_string().as_str()));
    assert_eq!(put.body, zip("a.py"));
    let create: serde_json::Value = serde_json::from_slice(&create.body).unwrap();
    assert!(name().len() <= 140 && create["clientToken"].as_str().unwrap().len() <= 64);
    assert_eq!((&create["scanName"], &create["resourceId"]["codeArtifactId"]), (&name().into(), &"c".into()));
    assert_eq!(case.start(&server).await.unwrap(), scan);
    assert_eq!(create, serde_json::from_slice::<serde_json::Value>(&server.seen()[5].body).unwrap());
}

#[tokio::test]
async fn scan_that_runs_already_is_found() {
    let server = service(at("/scans", Reply::error(409, "ConflictException"))).await;
    let scan = case(&zip("a.py"), Format::Zip).start(&server).await.unwrap();
    assert_eq!(scan.state, ScanState::InProgress);
}

#[tokio::test]
async fn archive_that_breaks_a_rule_is_not_uploaded() {
    let (server, case) = (service(|_| None).await, case(&zip("../a.py"), Format::Zip));
    let scan = case.start(&server).await.unwrap();
    assert_eq!((scan.state, server.seen().len()), (ScanState::Successful, 0));
    let report = case.store.report(&scan);
    assert_eq!((report.findings.len(), report.findings[0].severity), (1, Severity::Critical));
    assert!(!report.coverage.is_complete());
    assert_eq!(case.service(&server).await.poll(&case.artifact, &scan).await.unwrap(), scan);
}

#[tokio::test]
async fn what_is_no_zip_is_rejected() {
    let server = service(|_| None).await;
    let error = case(b"plain text", Format::Zip).start(&server).await.unwrap_err();
    assert_eq!((error.name(), server.seen().len()), ("Rejected", 0));
    let error = case(&zip("a.py"), Format::TarGz).start(&server).await.unwrap_err();
    assert!(error.chain().contains("AIRLOCK_SCANNER=builtin"), "{}", error.chain());
}

#[tokio::test]
async fn service_that_is_gone_names_the_setting() {
    for code in ["AccessDeniedException", "ResourceNotFoundException", "UnknownOperationException"] {
        let server =
            service(at("/uploadUrl", Reply::error(if code.starts_with('A') { 403 } else { 404 }, code)))
                .await;
        let error = case(&zip("a.py"), Format::Zip).start(&server).await.unwrap_err();
        assert_eq!(error.name(), "Rejected");
        let chain = error.chain();
        assert!(chain.contains("2025-11-20") && chain.contains("AIRLOCK_SCANNER=builtin"), "{chain}");
        assert!(chain.contains(code), "{chain}");
    }
    // A label of 64 characters is refused by the resolver itself: nothing is asked on the network.
    let nowhere = format!("http://{}.invalid", "x".repeat(64));
    let nowhere = Aws::at(&nowhere, std::time::Duration::from_secs(5), 1).await;
    let case = case(&zip("a.py"), Format::Zip);
    let error =
        nowhere.code_guru(Memory::default(), 3).start(&case.artifact, case.file.path()).await.unwrap_err();
    assert!(error.chain().contains("AIRLOCK_SCANNER=builtin"), "{}", error.chain());
}

#[tokio::test]
async fn failing_start_is_never_a_scan() {
    let cases = [
        ("/uploadUrl", Reply::error(429, "ThrottlingException"), "Transient"),
        ("/uploadUrl", Reply::new(500, ""), "Transient"),
        ("/uploadUrl", Reply::json("{}"), "Rejected"),
        ("/uploadUrl", Reply::json(""), "Rejected"),
        ("/uploadUrl", Reply::json("{\"s3"), "Rejected"),
        ("/put", Reply::new(503, ""), "Transient"),
        ("/put", Reply::new(403, "<Error/>"), "Rejected"),
        ("/put", Reply::new(307, "").with("location", "http://127.0.0.1:1/"), "Rejected"),
        ("/scans", Reply::error(429, "ThrottlingException"), "Transient"),
        ("/scans", Reply::error(500, "InternalServerException"), "Transient"),
        ("/scans", Reply::error(400, "ValidationException"), "Rejected"),
        ("/scans", Reply::json("{}"), "Rejected"),
        ("/scans", Reply::json("nonsense"), "Rejected"),
    ];
    for (path, reply, expected) in cases {
        let shown = format!("{path} {reply:?}");
        let error = case(&zip("a.py"), Format::Zip).start(&service(at(path, reply)).await).await.unwrap_err();
        assert_eq!(error.name(), expected, "{shown}: {}", error.chain());
        assert!(!error.chain().contains("s3cr3t"), "{}", error.chain());
    }
}

#[tokio::test]
async fn every_page_counts_and_every_severity() {
    let pages = |seen: &Seen| {
        let page = |findings: &str, next: &str| Reply::json(&format!(r#"{{"findings":[{findings}]{next}}}"#));
        seen.path.starts_with("/findings").then(|| match seen.query.as_str() {
            query if query.contains("nextToken=t2") => page(
                r#"{"severity":"Critical","ruleId":"r","title":"t","description":"d","vulnerability":{"filePath":{"path":"a.py","startLine":3,"endLine":4},
                "referenceUrls":["https://example.invalid/cwe"]},"remediation":{"recommendation":{"text":"do","url":"https://example.invalid/do"}}}"#,
                "",
            ),
            query if query.contains("nextToken=t1") => page(r#"{"severity":"Catastrophic"},{}"#, r#","nextToken":"t2""#),
            _ => page(r#"{"severity":"Info"},{"severity":"Low"}"#, r#","nextToken":"t1""#),
        })
    };
    let (server, case) = (service(pages).await, case(&zip("a.py"), Format::Zip));
    let scan = case.finish(&server).await.unwrap();
    assert_eq!(scan.state, ScanState::Successful);
    assert!(
        server
            .seen()
            .iter()
            .filter(|s| s.path.starts_with("/findings"))
            .all(|s| s.query.contains("status=Open"))
    );
    let report = case.store.report(&scan);
    let severities: Vec<Severity> = report.findings.iter().map(|finding| finding.severity).collect();
    use Severity::{Critical, Info, Low, Unknown};
    assert_eq!(severities, [Info, Low, Unknown, Unknown, Critical]);
    assert_eq!((report.sha256, report.engine.as_str()), (case.artifact.sha256, "codeguru-security"));
    assert!(report.coverage.is_complete());
    let last = domain::Finding {
        rule: "r".into(),
        title: "t".into(),
        severity: Critical,
        confidence: Confidence::Medium,
        path: Some("a.py".into()),
        line: Some(3),
        end_line: Some(4),
        message: "d".into(),
        recommendation: "do".into(),
        references: vec!["https://example.invalid/cwe".into(), "https://example.invalid/do".into()],
    };
    assert_eq!(report.findings[4], last);
    let again = case.start(&server).await.unwrap();
    assert_eq!((again.state, again.id), (ScanState::Successful, scan.id));
}

#[tokio::test]
async fn findings_that_cannot_be_had_are_no_report() {
    let cases = [
        (Reply::json(r#"{"findings":[],"nextToken":"t"}"#), "Rejected"),
        (Reply::json("{}"), "Rejected"),
        (Reply::json(""), "Rejected"),
        (Reply::json("[]"), "Rejected"),
        (Reply::json(r#"{"findings":[{"sev"#), "Rejected"),
        (Reply::error(409, "ConflictException"), "Transient"),
        (Reply::error(429, "ThrottlingException"), "Transient"),
        (Reply::error(500, "InternalServerException"), "Transient"),
        (Reply::error(404, "ResourceNotFoundException"), "Rejected"),
        (Reply::json(r#"{"findings":[]}                           "#).cut(), "Transient"),
    ];
    for (reply, expected) in cases {
        let shown = format!("{reply:?}");
        let case = case(&zip("a.py"), Format::Zip);
        let error = case.poll(&service(at("/findings", reply)).await).await.unwrap_err();
        assert_eq!(error.name(), expected, "{shown}: {}", error.chain());
        assert!(!case.has_report());
    }
}

#[tokio::test]
async fn pages_without_end_are_given_up() {
    let count = Arc::new(Mutex::new(0));
    let server = service(move |seen| {
        let mut count = count.lock().unwrap();
        *count += 1;
        let page = format!(r#"{{"findings":[],"nextToken":"t{count}"}}"#);
        seen.path.starts_with("/findings").then(|| Reply::json(&page))
    })
    .await;
    let error = case(&zip("a.py"), Format::Zip).poll(&server).await.unwrap_err();
    assert!(error.chain().contains("do not end"), "{}", error.chain());
    assert_eq!(server.seen().iter().filter(|seen| seen.path.starts_with("/findings")).count(), 1000);
}

#[tokio::test]
async fn state_of_the_scan_is_told() {
    let state = |state: &str| {
        let body = honest(&Seen {
            method: "GET".into(),
            path: "/scans/x".into(),
            query: String::new(),
            headers: vec![],
            body: bytes::Bytes::new(),
        });
        at("/scans", body.replace("Successful", state))
    };
    let case = case(&zip("a.py"), Format::Zip);
    assert_eq!(case.poll(&service(state("Failed")).await).await.unwrap().state, ScanState::Failed);
    assert_eq!(case.poll(&service(state("Paused")).await).await.unwrap_err().name(), "Rejected");
    for body in ["{}", "", "{\"scanName\":"] {
        let error = case.poll(&service(at("/scans/", Reply::json(body))).await).await.unwrap_err();
        assert_eq!(error.name(), "Rejected", "{body}");
    }
    let server = service(state("InProgress")).await;
    let service = case.service(&server).await;
    let mut scan = new_scan(&case.artifact).unwrap();
    let mut waits = vec![];
    for _ in 0..3 {
        scan = service.poll(&case.artifact, &scan).await.unwrap();
        waits.push((scan.polls, scan.wait_seconds));
    }
    assert_eq!(waits, [(1, 4), (2, 8), (3, 16)]);
    let error = service.poll(&case.artifact, &scan).await.unwrap_err();
    assert!(error.chain().contains("did not finish"), "{}", error.chain());
    let later = service.wait(&Scan { polls: 0, ..scan }, 80).unwrap();
    assert_eq!(later.wait_seconds, 60);
}

/// A service whose every answer gives the next of these findings, the last one from then on.
async fn findings(answers: &'static [&'static str]) -> Server {
    let asked = Mutex::new(0);
    service(move |seen| {
        seen.path.starts_with("/findings").then(|| {
            let mut asked = asked.lock().unwrap();
            let list = answers[answers.len().min(*asked + 1) - 1];
            *asked += 1;
            Reply::json(&format!(r#"{{"findings":[{list}]}}"#))
        })
    })
    .await
}

const LOW: &str = r#"{"severity":"Low","ruleId":"l"}"#;
const BOTH: &str = r#"{"severity":"Low","ruleId":"l"},{"severity":"High","ruleId":"h"}"#;
const TURNED: &str = r#"{"severity":"High","ruleId":"h"},{"severity":"Low","ruleId":"l"}"#;

#[tokio::test]
async fn findings_count_once_two_polls_gave_the_same() {
    let cases: [(&[&str], u32, usize); 4] =
        [(&[""], 1, 0), (&["", BOTH], 2, 2), (&["", LOW, BOTH], 3, 2), (&[BOTH, TURNED], 1, 2)];
    for (answers, polls, found) in cases {
        let (server, case) = (findings(answers).await, case(&zip("a.py"), Format::Zip));
        let scan = case.finish(&server).await.unwrap();
        assert_eq!((scan.state, scan.polls), (ScanState::Successful, polls), "{answers:?}");
        assert_eq!(case.store.report(&scan).findings.len(), found, "{answers:?}");
    }
}

#[tokio::test]
async fn lagging_findings_are_waited_for_shortly_and_not_for_ever() {
    let (server, case) = (findings(&["", LOW, BOTH, LOW, BOTH]).await, case(&zip("a.py"), Format::Zip));
    let first = case.poll(&server).await.unwrap();
    assert_eq!((first.state, first.polls, first.wait_seconds), (ScanState::InProgress, 1, 2));
    let error = case.finish(&server).await.unwrap_err();
    assert!(error.name() == "Rejected" && error.chain().contains("kept changing"), "{}", error.chain());
    assert!(!case.has_report());
}

#[tokio::test]
async fn neither_a_retry_nor_an_earlier_run_is_a_poll_before() {
    let (server, case) = (findings(&[LOW]).await, case(&zip("a.py"), Format::Zip));
    let scan = case.start(&server).await.unwrap();
    let service = case.service(&server).await;
    for _ in 0..3 {
        assert_eq!(service.poll(&case.artifact, &scan).await.unwrap().state, ScanState::InProgress);
    }
    let second = Scan { polls: 1, ..case.start(&server).await.unwrap() };
    assert_eq!(service.poll(&case.artifact, &second).await.unwrap().state, ScanState::InProgress);
    assert!(!case.has_report());
    let third = Scan { polls: 2, ..second };
    assert_eq!(service.poll(&case.artifact, &third).await.unwrap().state, ScanState::Successful);
    // Its answer was lost: the same poll again says the same.
    assert_eq!(service.poll(&case.artifact, &third).await.unwrap().state, ScanState::Successful);
}
