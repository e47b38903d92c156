//! The server over a real socket, spoken to as the wire has it.

use std::path::Path;

use bytes::Bytes;
use domain::{Secret, Sha256};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;

mod npm;
mod pypi;
mod slow;
mod status;
mod tarball;

const NAMES: &str = "domain=airlock&repository=approved&format=generic&namespace=n&package=p";
const TOKEN: &str = "Authorization: Bearer the-token\r\n";

struct Server(std::net::SocketAddr);

struct Answer {
    status: u16,
    head: String,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

async fn start(root: &Path, signed: SignedRequests) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let settings = Settings { signed, max_bytes: 4_000_000, ..Settings::new(Secret::new("the-token")) };
    tokio::spawn(serve(listener, PackageFolder::new(root), settings, std::future::pending()));
    Server(address)
}

impl Server {
    async fn send(&self, line: &str, headers: &str, body: &[u8]) -> Answer {
        let host = if headers.contains("Host:") { String::new() } else { format!("Host: {}\r\n", self.0) };
        let head = format!(
            "{line} HTTP/1.1\r\n{host}{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(self.0).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let (mut reader, mut writer) = stream.split();
        let mut answer = Vec::new();
        // an answer may come before the body is read
        let (_, read) = tokio::join!(writer.write_all(body), reader.read_to_end(&mut answer));
        read.unwrap();
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: Bytes::from(answer.split_off(end + 4)) }
    }

    async fn publish(&self, version: &str, asset: &str, bytes: &[u8]) -> Answer {
        let line = format!("POST /v1/package/version/publish?{NAMES}&version={version}&asset={asset}");
        self.send(&line, &format!("{TOKEN}{}", sha(bytes)), bytes).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET /v1/{path}"), "", b"").await
    }

    async fn list(&self, path: &str) -> Answer {
        self.send(&format!("POST /v1/{path}"), "", b"").await
    }
}

fn sha(bytes: &[u8]) -> String {
    format!("x-amz-content-sha256: {}\r\n", Sha256::of(bytes))
}

#[track_caller]
fn assert_fault(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{:?}", answer.body);
    assert!(answer.head.contains(&format!("x-amzn-errortype: {}", code.to_lowercase())), "{}", answer.head);
    assert!(answer.json()["message"].is_string());
}

#[tokio::test]
async fn publishes_and_reads_back() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let bytes: Vec<u8> = (0..2_000_000_u32).map(|n| (n % 253) as u8).collect();
    let published = server.publish("1.0", "p%20q.zip", &bytes).await;
    assert_eq!(published.status, 200, "{:?}", published.body);
    let published = published.json();
    assert_eq!(published["status"], "Published");
    assert_eq!(published["asset"]["hashes"]["SHA-256"], Sha256::of(&bytes).to_string());
    assert_eq!(server.publish("1.0", "p%20q.zip", &bytes).await.json(), published, "the same bytes again");

    let read = server.get(&format!("package/version/asset?{NAMES}&version=1.0&asset=p%20q.zip")).await;
    assert_eq!(read.status, 200);
    assert!(read.body == bytes);
    assert!(
        read.head.contains("x-assetname: p q.zip") && read.head.contains("x-packageversion: 1.0"),
        "{}",
        read.head
    );
    let described = server.get(&format!("package/version?{NAMES}&version=1.0")).await.json();
    assert!(described["packageVersion"]["publishedTime"].as_f64().unwrap() > 1.6e9);
    let assets = server.list(&format!("package/version/assets?{NAMES}&version=1.0")).await.json();
    assert_eq!(assets["assets"][0]["size"], 2_000_000);
    let package = server.get(&format!("package?{NAMES}")).await.json();
    let restrictions = serde_json::json!({"publish": "ALLOW", "upstream": "BLOCK"});
    assert_eq!(package["package"]["originConfiguration"]["restrictions"], restrictions);
    assert_eq!((&package["package"]["name"], &package["package"]["namespace"]), (&"p".into(), &"n".into()));
    let another = server.get(&format!("package?{}", NAMES.replace("package=p", "package=q"))).await;
    assert_fault(&another, 404, "ResourceNotFoundException");
    for (filter, found) in [
        ("publish=ALLOW&upstream=BLOCK", 1),
        ("publish=BLOCK", 0),
        ("upstream=ALLOW", 0),
        ("publish=ALLOW&upstream=ALLOW", 0),
    ] {
        let listed =
            server.list(&format!("packages?domain=airlock&repository=approved&{filter}")).await.json();
        assert_eq!(listed["packages"].as_array().unwrap().len(), found, "{filter}");
    }
    for (origin, found) in [("INTERNAL", 1), ("EXTERNAL", 0), ("UNKNOWN", 0)] {
        let listed = server.list(&format!("package/versions?{NAMES}&originType={origin}")).await.json();
        assert_eq!(listed["versions"].as_array().unwrap().len(), found, "{origin}");
    }
    let packages = server.list("packages?domain=airlock&repository=approved&package-prefix=p").await.json();
    assert_eq!(packages["packages"][0]["package"], "p");
    let none = server.list("packages?domain=airlock&repository=approved&package-prefix=q").await.json();
    assert_eq!(none["packages"], Value::Array(vec![]));
}

#[tokio::test]
async fn a_version_is_immutable() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    assert_eq!(server.publish("1", "a.zip&unfinished=true", b"one").await.json()["status"], "Unfinished");
    let asset = format!("package/version/asset?{NAMES}&version=1&asset=a.zip");
    assert_fault(&server.get(&asset).await, 404, "ResourceNotFoundException");
    assert_eq!(server.publish("1", "b.zip", b"two").await.json()["status"], "Published");
    assert_eq!(server.get(&asset).await.body, "one");
    assert_fault(&server.publish("1", "a.zip", b"other").await, 409, "ConflictException");
    assert_fault(&server.publish("1", "c.zip", b"three").await, 409, "ConflictException");
    assert_eq!(server.get(&asset).await.body, "one");
}

#[tokio::test]
async fn lists_versions_by_time_and_status_in_pages() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    for version in ["9", "1", "5"] {
        assert_eq!(server.publish(version, "a.zip", b"one").await.status, 200);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    server.publish("6", "a.zip&unfinished=true", b"one").await;
    let names = async |query: &str| -> (Vec<String>, Option<String>) {
        let list = server.list(&format!("package/versions?{NAMES}&{query}")).await.json();
        let versions = list["versions"].as_array().unwrap().iter();
        let names = versions.map(|version| version["version"].as_str().unwrap().to_owned()).collect();
        (names, list["nextToken"].as_str().map(str::to_owned))
    };
    assert_eq!(names("").await.0, ["1", "5", "6", "9"]);
    assert_eq!(names("status=Published&sortBy=PUBLISHED_TIME").await.0, ["5", "1", "9"]);
    let (first, token) = names("max-results=3").await;
    assert_eq!(first.len(), 3);
    let (second, end) = names(&format!("max-results=3&next-token={}", token.unwrap())).await;
    assert_eq!((second, end), (vec!["9".to_owned()], None));
}

#[tokio::test]
async fn only_writers_write() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let line = format!("POST /v1/package/version/publish?{NAMES}&version=1&asset=a");
    let signed = "Authorization: AWS4-HMAC-SHA256 Credential=x/y, SignedHeaders=host, Signature=00\r\n";
    let wrong = "Authorization: Bearer other\r\n";
    let empty = "Authorization: Basic YXdzOg==\r\n";
    for authorization in ["", signed, wrong, empty, "Authorization: Bearer \r\n"] {
        let answer = server.send(&line, &format!("{authorization}{}", sha(b"x")), b"x").await;
        assert_fault(&answer, 403, "AccessDeniedException");
        let token = server.send("POST /v1/authorization-token?domain=airlock", authorization, b"").await;
        assert_fault(&token, 403, "AccessDeniedException");
    }
    let basic = "Authorization: Basic YXdzOnRoZS10b2tlbg==\r\n"; // aws:the-token
    assert_eq!(server.send(&line, &format!("{basic}{}", sha(b"x")), b"x").await.status, 200);
    let token =
        server.send("POST /v1/authorization-token?domain=airlock&duration=900", TOKEN, b"").await.json();
    assert_eq!(token["authorizationToken"], "the-token");
    assert!(token["expiration"].as_f64().unwrap() > 1.6e9);

    let emulated = start(root.path(), SignedRequests::Write).await;
    assert_eq!(emulated.send(&line, &format!("{signed}{}", sha(b"x")), b"x").await.status, 200);
    assert_eq!(emulated.send(&line, &sha(b"x"), b"x").await.status, 403);
}

#[tokio::test]
async fn validates_what_no_client_checks() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let publish = |query: &str| format!("POST /v1/package/version/publish?{query}");
    let good = format!("{NAMES}&version=1&asset=a");
    let writer = format!("{TOKEN}{}", sha(b"x"));
    for query in [
        good.replace("domain=airlock&", ""),
        good.replace("airlock", "Airlock"),
        good.replace("&namespace=n", ""),
        good.replace("&package=p", "&package=a%2Fb"),
        good.replace("&version=1", "&version=a%20b"),
        good.replace("&asset=a", "&asset=a%0Ab"),
        good.replace("&asset=a", "&asset=a%E2%80%8Bb"),
        good.replace("generic", "npm"),
        good.replace("generic", "tarball"),
        format!("{good}&domain-owner=1"),
        format!("{good}&unfinished=yes"),
    ] {
        assert_fault(&server.send(&publish(&query), &writer, b"x").await, 400, "ValidationException");
    }
    for header in ["", "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n", &sha(b"other")] {
        let answer = server.send(&publish(&good), &format!("{TOKEN}{header}"), b"x").await;
        assert_fault(&answer, 400, "ValidationException");
    }
    let large = server.send(&publish(&good), &writer, &vec![0; 4_000_001]).await;
    assert_fault(&large, 402, "ServiceQuotaExceededException");
    server.publish("2", "a", b"x").await;
    for list in [
        "packages?domain=airlock&repository=approved&publish=allow",
        "packages?domain=airlock&repository=approved&upstream=",
        &format!("package/versions?{NAMES}&originType=garbage"),
    ] {
        assert_fault(&server.list(list).await, 400, "ValidationException");
    }
    for max in ["0", "1001", "x"] {
        let list =
            server.list(&format!("packages?domain=airlock&repository=approved&max-results={max}")).await;
        assert_fault(&list, 400, "ValidationException");
    }
    assert_fault(
        &server.get(&format!("package/version?{NAMES}&version=1")).await,
        404,
        "ResourceNotFoundException",
    );
    let other = server.list("packages?domain=another&repository=approved").await;
    assert_fault(&other, 404, "ResourceNotFoundException");
    assert_eq!(other.json()["resourceType"], "domain");
    assert_fault(&server.get("packages").await, 404, "UnknownOperationException");
    assert_fault(&server.list("package/versions/copy").await, 404, "UnknownOperationException");
    let twice = server.get(&format!("package/version?{NAMES}&version=1&version=2")).await;
    assert_fault(&twice, 400, "ValidationException");
}

#[tokio::test]
async fn a_server_sweeps_what_was_left_when_it_starts() {
    let root = tempfile::tempdir().unwrap();
    let left = root.path().join(".tmp/.tmpkilled");
    std::fs::create_dir(root.path().join(".tmp")).unwrap();
    std::fs::write(&left, "half").unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    assert_eq!(server.get("packages").await.status, 404);
    assert!(!left.exists());
}

/// Upper case takes three bytes of a file's name.
#[tokio::test]
async fn a_name_too_long_for_a_file_is_not_there_and_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    server.publish("1", "a", b"x").await;
    let long = "A".repeat(100);
    let long = [
        NAMES.replace("package=p", &format!("package={long}")) + "&version=1",
        NAMES.replace("namespace=n", &format!("namespace={long}")) + "&version=1",
        format!("{NAMES}&version={long}"),
    ];
    for names in long {
        for path in ["version", "version/asset"] {
            let answer = server.get(&format!("package/{path}?{names}&asset=a")).await;
            assert_fault(&answer, 404, "ResourceNotFoundException");
        }
        assert_fault(
            &server.list(&format!("package/version/assets?{names}")).await,
            404,
            "ResourceNotFoundException",
        );
        let line = format!("POST /v1/package/version/publish?{names}&asset=a");
        let answer = server.send(&line, &format!("{TOKEN}{}", sha(b"x")), b"x").await;
        assert_fault(&answer, 400, "ValidationException");
    }
    let versions = NAMES.replace("package=p", &format!("package={}", "A".repeat(100)));
    let versions = server.list(&format!("package/versions?{versions}")).await;
    assert_fault(&versions, 404, "ResourceNotFoundException");
    let line = format!("POST /v1/package/versions/delete?{NAMES}");
    let order = serde_json::json!({"versions": ["A".repeat(100)]}).to_string();
    let deleted = server.send(&line, TOKEN, order.as_bytes()).await.json();
    assert_eq!(deleted["failedVersions"]["A".repeat(100)]["errorCode"], "NOT_FOUND");
    let npm = format!("/npm/approved/{}", "A".repeat(100));
    for path in
        [&*npm, &format!("{npm}/-/a-1.0.0.tgz"), &format!("/pypi/approved/simple/{}/", "%C3%A9".repeat(50))]
    {
        assert_eq!(server.send(&format!("GET {path}"), "", b"").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn answers_to_loopback_names_alone() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let endpoint = "GET /v1/repository/endpoint?domain=airlock&repository=approved&format=generic";
    let rebound = server.send(endpoint, "Host: evil.example.invalid\r\n", b"").await;
    assert_fault(&rebound, 403, "AccessDeniedException");
    let local = server.send(endpoint, "Host: localhost:8070\r\n", b"").await.json();
    assert_eq!(local["repositoryEndpoint"], "http://localhost:8070/generic/approved/");
}
