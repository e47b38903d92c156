//! What is on the wire: signatures, lengths, and never other bytes.

use hmac::{KeyInit as _, Mac as _};

use super::{
    service::{Plan, When},
    *,
};
use crate::wire::{Reply, Seen};

const PUBLISH: &str = "POST /v1/package/version/publish";

#[tokio::test]
async fn large_body_is_streamed_with_its_length_and_signed_with_its_digest() {
    let bytes = vec![7; (8 << 20) + 1];
    let service = Service::start().await;
    let release = release("1", &bytes);
    publish(&service.repository().await, &release, &bytes).await.unwrap();
    let seen = service.seen();
    let sent: Vec<&Seen> = seen.iter().filter(|seen| seen.line() == PUBLISH).collect();
    assert_eq!(sent.len(), 4, "the artifact, two files of evidence, Latest");
    let digest = release.sha256().to_string();
    for artifact in [sent[0], sent[3]] {
        assert_eq!(artifact.header("content-length"), Some(bytes.len().to_string().as_str()));
        assert_eq!(artifact.header("transfer-encoding"), None);
        assert_eq!(artifact.header("x-amz-content-sha256"), Some(digest.as_str()));
        let authorization = artifact.header("authorization").unwrap();
        assert!(authorization.ends_with(&signature(artifact, &digest)));
        assert!(!authorization.ends_with(&signature(artifact, "UNSIGNED-PAYLOAD")));
    }
    for part in [
        "domain=airlock",
        "domain-owner=1",
        "format=generic",
        "namespace=clean",
        "asset=clean.zip",
        "version=1",
    ] {
        assert!(sent[0].query.contains(part), "{part} in {}", sent[0].query);
    }
    assert!(sent.iter().all(|part| part.query.contains("unfinished=true")));
}

#[tokio::test]
async fn upload_that_is_throttled_is_sent_again_from_its_start() {
    let bytes = vec![7; (8 << 20) + 1];
    let service = Service::start().await;
    let throttled = Reply::error(429, "ThrottlingException").with("retry-after", "1");
    service.plan(1, When::Before, Plan::Answer(throttled));
    let release = release("1", &bytes);
    publish(&service.repository_with(3).await, &release, &bytes).await.unwrap();
    assert_eq!(service.lines()[1..3], [PUBLISH, PUBLISH]);
    assert_eq!(service.latest().await.unwrap(), bytes);
}

/// Signature Version 4 of what arrived, with the SDK's made-up credentials, over the payload's digest.
fn signature(seen: &Seen, payload: &str) -> String {
    let authorization = seen.header("authorization").unwrap();
    let part = |name: &str| authorization.split([' ', ',']).find_map(|part| part.strip_prefix(name)).unwrap();
    let signed = part("SignedHeaders=");
    let headers: String =
        signed.split(';').map(|name| format!("{name}:{}\n", seen.header(name).unwrap().trim())).collect();
    let mut query: Vec<&str> = seen.query.split('&').collect();
    query.sort_by_key(|pair| pair.split_once('='));
    let query = query.join("&");
    let line = [&seen.method, &seen.path, &query, &headers, signed, payload].map(AsRef::<str>::as_ref);
    let scope = part("Credential=").split_once('/').unwrap().1;
    let canonical = Sha256::of(line.join("\n").as_bytes());
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{canonical}", seen.header("x-amz-date").unwrap());
    let start = b"AWS4notrealrnrELgWzOk3IfjzDKtFBhDby".to_vec();
    let key = scope.split('/').fold(start, |key, part| mac(&key, part));
    Sha256::from_bytes(mac(&key, &text).try_into().unwrap()).to_string()
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[tokio::test]
async fn other_bytes_are_never_published() {
    let large = vec![7; (8 << 20) + 1];
    let cases = [
        (large.clone(), vec![8; (8 << 20) + 1], "Rejected"),
        (large.clone(), vec![7; 8 << 20], "Transient"),
        (large.clone(), vec![7; (8 << 20) + 2], "Rejected"),
        (b"bytes".to_vec(), b"bytez".to_vec(), "Rejected"),
        (b"bytes".to_vec(), b"".to_vec(), "Transient"),
    ];
    for (approved, wrong, told) in cases {
        let service = Service::start().await;
        let error = publish(&service.repository().await, &release("1", &approved), &wrong).await.unwrap_err();
        assert_eq!(error.name(), told, "{} for {}: {}", wrong.len(), approved.len(), error.chain());
        assert_eq!(service.state().await, [""; 0]);
    }
}
