use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::wire::{Reply, Seen, Server};

fn key() -> StoreKey {
    StoreKey::parse("artifacts/a").unwrap()
}

fn body(length: u64, bytes: usize) -> Body {
    Body { length, ..Body::from(vec![7; bytes]) }
}

/// S3 as far as an upload in parts needs it; `complete` answers the last call.
fn in_parts(complete: fn() -> Reply) -> impl Fn(&Seen) -> Reply {
    move |seen| match (
        seen.method.as_str(),
        seen.query.contains("partNumber"),
        seen.query.contains("uploads"),
    ) {
        ("POST", _, true) => Reply::xml(
            "<InitiateMultipartUploadResult><UploadId>u-1</UploadId></InitiateMultipartUploadResult>",
        ),
        ("PUT", true, _) => Reply::new(200, "").with("etag", "\"p\""),
        ("POST", ..) => complete(),
        ("DELETE", ..) => Reply::new(204, ""),
        _ => Reply::error(400, "Unexpected"),
    }
}

fn completed() -> Reply {
    Reply::xml("<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>")
}

fn methods(server: &Server) -> Vec<String> {
    server.seen().into_iter().map(|seen| seen.method).collect()
}

#[tokio::test]
async fn small_body_is_one_call_with_path_style() {
    let server = Server::start(|_| Reply::new(200, "").with("etag", "\"e\"")).await;
    let bucket = server.aws().await.bucket("store");
    bucket.put(&key(), body(3, 3)).await.unwrap();
    assert_eq!(bucket.put_if_absent(&key(), body(0, 0)).await.unwrap(), Written::New);
    assert_eq!(server.lines(), ["PUT /store/artifacts/a", "PUT /store/artifacts/a"]);
    let [put, absent] = [0, 1].map(|n| server.seen()[n].clone());
    assert_eq!((put.header("if-none-match"), &put.body), (None, &Bytes::from_static(&[7; 3])));
    assert_eq!(absent.header("if-none-match"), Some("*"));
}

#[tokio::test]
async fn what_is_there_is_left() {
    let server = Server::start(|_| Reply::error(412, "PreconditionFailed")).await;
    let bucket = server.aws().await.bucket("store");
    assert_eq!(bucket.put_if_absent(&key(), body(1, 1)).await.unwrap(), Written::AlreadyThere);
    assert_eq!(bucket.put(&key(), body(1, 1)).await.unwrap_err().name(), "Rejected");
    let server = Server::start(|_| Reply::error(409, "ConditionalRequestConflict")).await;
    let conflict = server.aws().await.bucket("store").put_if_absent(&key(), body(1, 1)).await.unwrap_err();
    assert_eq!(conflict.name(), "Transient");
}

#[tokio::test]
async fn large_body_goes_in_parts_and_back() {
    let server = Server::start(in_parts(completed)).await;
    let length = 2 * PART + 5;
    let written =
        server.aws().await.bucket("store").put_if_absent(&key(), body(length, 2 * (8 << 20) + 5)).await;
    assert_eq!(written.unwrap(), Written::New);
    let seen = server.seen();
    assert_eq!(methods(&server), ["POST", "PUT", "PUT", "PUT", "POST"]);
    let mut sizes: Vec<usize> = seen[1..4].iter().map(|part| part.body.len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [5, 8 << 20, 8 << 20]);
    assert_eq!(seen[4].header("if-none-match"), Some("*"));
    let positions: Vec<_> = (1..=3).map(|n| seen[4].text().find(&format!("<PartNumber>{n}<"))).collect();
    assert!(positions.iter().all(Option::is_some) && positions.is_sorted(), "{positions:?}");
}

#[tokio::test]
async fn large_body_leaves_what_is_there_and_clears_away() {
    let server = Server::start(in_parts(|| Reply::error(412, "PreconditionFailed"))).await;
    let written =
        server.aws().await.bucket("store").put_if_absent(&key(), body(PART + 1, (8 << 20) + 1)).await;
    assert_eq!(written.unwrap(), Written::AlreadyThere);
    assert_eq!(methods(&server).last().unwrap(), "DELETE");
}

#[tokio::test]
async fn wrong_length_leaves_nothing() {
    let server = Server::start(in_parts(completed)).await;
    let bucket = server.aws().await.bucket("store");
    for wrong in [body(2, 3), body(4, 3)] {
        bucket.put(&key(), wrong).await.unwrap_err();
    }
    assert_eq!(server.seen().len(), 0);
    bucket.put(&key(), body(PART + 9, (8 << 20) + 8)).await.unwrap_err();
    assert_eq!(methods(&server).last().unwrap(), "DELETE");
    assert!(server.seen().iter().all(|seen| seen.method != "POST" || seen.query.contains("uploads")));
}

#[tokio::test]
async fn success_without_its_members_is_an_error() {
    let server = Server::start(|_| Reply::new(200, "")).await;
    let bucket = server.aws().await.bucket("store");
    assert_eq!(bucket.put(&key(), body(1, 1)).await.unwrap_err().name(), "Rejected");
    assert_eq!(bucket.put(&key(), body(PART + 1, (8 << 20) + 1)).await.unwrap_err().name(), "Rejected");
    assert!(bucket.list("artifacts/").await.is_err());
}

#[tokio::test]
async fn reads_what_is_there_and_nothing_else() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/store/artifacts/a" => Reply::new(200, "bytes"),
        _ => Reply::new(404, "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>"),
    })
    .await;
    let bucket = server.aws().await.bucket("store");
    assert_eq!(bucket.get(&key()).await.unwrap().unwrap().length, 5);
    assert_eq!(bucket.read(&key(), 5).await.unwrap().unwrap(), "bytes");
    assert!(bucket.get(&StoreKey::parse("artifacts/b").unwrap()).await.unwrap().is_none());
}

#[tokio::test]
async fn object_that_breaks_off_is_transient() {
    let server = Server::start(|_| Reply::new(200, vec![7; 100_000]).cut()).await;
    let error = server.aws().await.bucket("store").read(&key(), 1 << 20).await.unwrap_err();
    assert_eq!(error.name(), "Transient", "{}", error.chain());
}

#[tokio::test]
async fn lists_every_page() {
    let page = |keys: &str, next: &str| {
        Reply::xml(&format!(
            "<ListBucketResult><IsTruncated>{}</IsTruncated><KeyCount>1</KeyCount>{keys}{next}</ListBucketResult>",
            !next.is_empty()
        ))
    };
    let server = Server::start(move |seen| match seen.query.contains("continuation-token") {
        false => page(
            "<Contents><Key>a/2</Key></Contents><Contents><Key>a/</Key></Contents>",
            "<NextContinuationToken>t</NextContinuationToken>",
        ),
        true => page("<Contents><Key>a/1</Key></Contents>", ""),
    })
    .await;
    let keys = server.aws().await.bucket("store").list("a/").await.unwrap();
    assert_eq!(keys.iter().map(StoreKey::as_str).collect::<Vec<_>>(), ["a/1", "a/2"]);
}

#[tokio::test]
async fn whether_to_try_again_follows_the_answer() {
    let cases = [
        (Reply::error(429, "TooManyRequests"), "Transient"),
        (Reply::error(503, "SlowDown"), "Transient"),
        (Reply::new(500, ""), "Transient"),
        (Reply::new(502, "<html>bad gateway</html>"), "Transient"),
        (Reply::new(400, "<Error><Code>RequestTimeout</Code></Error>"), "Transient"),
        (Reply::error(403, "AccessDenied"), "Rejected"),
        (Reply::new(404, "<Error><Code>NoSuchBucket</Code></Error>"), "Rejected"),
        (Reply::xml("<ListBucketResult><Contents>"), "Rejected"),
        (Reply::xml(&"<ListBucketResult><Contents>".repeat(9)).cut(), "Transient"),
    ];
    for (reply, name) in cases {
        let shown = format!("{reply:?}");
        let server = Server::start(move |_| reply.clone()).await;
        let error = server.aws().await.bucket("store").list("a/").await.unwrap_err();
        assert_eq!(error.name(), name, "{shown}: {}", error.chain());
        assert!(error.chain().starts_with("cannot list s3://store/a/: "), "{}", error.chain());
    }
}

#[tokio::test]
async fn time_limits_and_dead_hosts_are_transient() {
    let server = Server::start(|_| Reply::new(200, "").after(Duration::from_secs(5))).await;
    let slow = Aws::at(&server.address, Duration::from_millis(100), 1).await.bucket("store");
    assert_eq!(slow.list("a/").await.unwrap_err().name(), "Transient");
    let nobody = Aws::at("http://127.0.0.1:1", Duration::from_secs(2), 1).await.bucket("store");
    assert_eq!(nobody.get(&key()).await.err().unwrap().name(), "Transient");
}

#[tokio::test]
async fn every_attempt_is_taken() {
    let server = Server::start(|_| Reply::error(503, "SlowDown")).await;
    let bucket = Aws::at(&server.address, Duration::from_secs(5), 3).await.bucket("store");
    assert_eq!(bucket.put(&key(), body(1, 1)).await.unwrap_err().name(), "Transient");
    assert_eq!(server.seen().len(), 3);
}
