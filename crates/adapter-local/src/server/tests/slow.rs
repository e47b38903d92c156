//! Clients that take their time. Where the clock is paused, waiting costs none.

use tokio::io::duplex;

use super::*;
use crate::packages::{NewAsset, PackageId, VersionStatus};

fn settings() -> Settings {
    Settings::new(Secret::new("the-token"))
}

/// Says this and then nothing more, and does not hang up either; gives what is answered until the server does.
async fn say_and_wait(root: &Path, bytes: &[u8]) -> Vec<u8> {
    let (mut client, server) = duplex(64 * 1024);
    let serving = tokio::spawn(converse(server, PackageFolder::new(root), settings()));
    client.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    serving.await.unwrap();
    answer
}

#[tokio::test(start_paused = true)]
async fn who_does_not_come_to_an_end_is_hung_up_on_and_publishes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let publish = format!(
        "POST /v1/package/version/publish?{NAMES}&version=1&asset=a HTTP/1.1\r\nHost: localhost\r\n{TOKEN}{}\
         Content-Length: 4\r\n\r\nby",
        sha(b"byte")
    );
    let upload = format!(
        "POST /pypi/approved/ HTTP/1.1\r\nHost: localhost\r\n{TOKEN}Content-Length: 999\r\n\
         Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n\
         Content-Disposition: form-data; name=\"content\"; filename=\"a.whl\"\r\n\r\nPK"
    );
    let npm = format!(
        "PUT /npm/approved/a HTTP/1.1\r\nHost: localhost\r\n{TOKEN}Content-Length: 999\r\n\r\n\
         {{\"_attachments\": {{\"a\": {{\"data\": \"AAAA"
    );
    for bytes in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: localhost\r\n", &publish, &upload, &npm] {
        let answer = String::from_utf8(say_and_wait(root.path(), bytes.as_bytes()).await).unwrap();
        assert!(!answer.starts_with("HTTP/1.1 2"), "{bytes}: {answer}");
    }
    for format in crate::packages::PackageFormat::ALL {
        assert!(PackageFolder::new(root.path()).packages(format).await.unwrap().is_empty());
    }
    assert_eq!(std::fs::read_dir(root.path().join(".tmp")).unwrap().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn who_takes_nothing_of_the_answer_is_hung_up_on() {
    let root = tempfile::tempdir().unwrap();
    let (packages, bytes) = (PackageFolder::new(root.path()), vec![b'x'; 100_000]);
    let asset = NewAsset {
        version: PackageId::generic("n", "p").version("1"),
        name: "a".into(),
        sha256: Sha256::of(&bytes),
        bytes: 100_000,
        status: VersionStatus::Published,
    };
    packages.publish_asset(asset, domain::Body::from(bytes).stream).await.unwrap();
    let (mut client, server) = duplex(1000);
    let serving = tokio::spawn(converse(server, packages, settings()));
    let asset = format!(
        "GET /v1/package/version/asset?{NAMES}&version=1&asset=a HTTP/1.1\r\nHost: localhost\r\n\r\n"
    );
    client.write_all(asset.as_bytes()).await.unwrap();
    let hour = std::time::Duration::from_secs(3600);
    assert!(tokio::time::timeout(hour, serving).await.is_ok(), "served for an hour");
}

/// Each asks again and again on a connection of its own, as an installer does.
#[tokio::test]
async fn who_waits_for_a_place_gets_that_of_one_who_asks_nothing_just_now() {
    let root = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server(listener.local_addr().unwrap());
    let settings = Settings { connections: 2, ..settings() };
    tokio::spawn(serve(listener, PackageFolder::new(root.path()), settings, std::future::pending()));
    let mut keepers = Vec::new();
    for _ in 0..2 {
        let mut keeper = TcpStream::connect(server.0).await.unwrap();
        assert!(is_answered(&mut keeper).await);
        keepers.push(keeper);
    }
    let waiting = tokio::spawn(async move { server.get("packages").await.status });
    for keeper in &mut keepers {
        let mut rounds = 0;
        while is_answered(keeper).await {
            rounds += 1;
            assert!(rounds < 10_000, "it keeps its place, and somebody waits");
        }
    }
    assert_eq!(waiting.await.unwrap(), 404);
}

async fn is_answered(client: &mut TcpStream) -> bool {
    let asked = client.write_all(b"HEAD /pypi/approved/simple/ HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    let mut answer = [0; 4096];
    asked.is_ok() && client.read(&mut answer).await.is_ok_and(|read| read > 0)
}

#[tokio::test]
async fn everybody_is_served_while_an_upload_takes_its_time() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let mut slow = TcpStream::connect(server.0).await.unwrap();
    let head = format!(
        "POST /v1/package/version/publish?{NAMES}&version=slow&asset=a HTTP/1.1\r\nHost: localhost\r\n{TOKEN}{}\
         Content-Length: 4\r\nConnection: close\r\n\r\nsl",
        sha(b"slow")
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(server.publish("1", "a", b"fast").await.status, 200);
    let asset = |version: &str| format!("package/version/asset?{NAMES}&version={version}&asset=a");
    assert_eq!(server.get(&asset("1")).await.body, "fast");
    assert_eq!(server.get(&asset("slow")).await.status, 404);
    slow.write_all(b"ow").await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(server.get(&asset("slow")).await.body, "slow");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let server = start(root.path(), SignedRequests::Read).await;
    let many: String = (0..200).map(|n| format!("X-{n}: x\r\n")).collect();
    assert_eq!(server.send("GET /v1/packages", &many, b"").await.status, 431);
    let long = format!("X-Long: {}\r\n", "x".repeat(100_000));
    assert_eq!(server.send("GET /v1/packages", &long, b"").await.status, 431);
}
