use domain::{Artifact, Coverage, Format, PackageName, PackageUrl, Policy, Report, StoreKey, judge};
use hmac::{KeyInit as _, Mac as _};

use super::*;
use crate::wire::{Reply, Seen, Server};

fn release(bytes: &[u8]) -> Release {
    let sha256 = Sha256::of(bytes);
    let length = bytes.len() as u64;
    let artifact = Artifact {
        key: StoreKey::artifact(&sha256),
        sha256,
        bytes: length,
        format: Format::Zip,
        url: PackageUrl::parse("https://example.invalid/a.zip").unwrap(),
        commit: None,
        version: "1.0.0".into(),
        extension: "zip".into(),
    };
    let coverage = Coverage { files: 1, bytes: 1, scanned_files: 1, scanned_bytes: 1, skipped: vec![] };
    let report = Report { sha256, engine: "test".into(), coverage, findings: vec![], identities: vec![] };
    let package = PackageName::parse("clean").unwrap();
    Release::of(&package, &artifact, &judge(&report, &Policy::default())).unwrap()
}

fn asset(sha256: &str) -> String {
    format!(r#"{{"name":"clean.zip","size":1,"hashes":{{"SHA-256":"{sha256}"}}}}"#)
}

fn stored(sha256: &str) -> Reply {
    Reply::json(&format!(r#"{{"version":"1.0.0","status":"Published","asset":{}}}"#, asset(sha256)))
}

async fn publish(server: &Server, release: &Release, bytes: &[u8]) -> Result<Publication> {
    let owner = Some("123456789012".to_owned());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    server.aws().await.code_artifact("airlock", owner, "approved").publish(release, file.path()).await
}

fn hash_of(seen: &Seen) -> Reply {
    stored(&Sha256::of(&seen.body).to_string())
}

#[tokio::test]
async fn published_with_the_command_that_gets_it() {
    let server = Server::start(hash_of).await;
    let publication = publish(&server, &release(b"bytes"), b"bytes").await.unwrap();
    assert_eq!(publication.repository, "airlock/approved");
    assert_eq!(
        publication.install[0],
        "aws codeartifact get-package-version-asset --domain airlock --domain-owner 123456789012 \
         --repository approved --format generic --namespace clean --package clean --package-version 1.0.0 \
         --asset clean.zip clean.zip"
    );
    let seen = &server.seen()[0];
    assert_eq!(seen.line(), "POST /v1/package/version/publish");
    for part in [
        "domain=airlock",
        "domain-owner=1",
        "format=generic",
        "namespace=clean",
        "asset=clean.zip",
        "version=1",
    ] {
        assert!(seen.query.contains(part), "{part} in {}", seen.query);
    }
    assert!(!seen.query.contains("unfinished"));
}

#[tokio::test]
async fn large_body_is_streamed_with_its_length_and_signed_with_its_digest() {
    let bytes = vec![7; (8 << 20) + 1];
    let server = Server::start(hash_of).await;
    let release = release(&bytes);
    publish(&server, &release, &bytes).await.unwrap();
    let seen = &server.seen()[0];
    assert_eq!(seen.header("content-length"), Some(bytes.len().to_string().as_str()));
    assert_eq!(seen.header("transfer-encoding"), None);
    assert_eq!(seen.header("x-amz-content-sha256"), Some(release.sha256().to_string().as_str()));
    assert!(seen.header("authorization").unwrap().ends_with(&signature(seen, &release.sha256().to_string())));
    assert!(!seen.header("authorization").unwrap().ends_with(&signature(seen, "UNSIGNED-PAYLOAD")));
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
async fn other_bytes_are_never_sent_whole() {
    let release = release(&vec![7; (8 << 20) + 1]);
    for wrong in [vec![8; (8 << 20) + 1], vec![7; 8 << 20], vec![7; (8 << 20) + 2]] {
        let server = Server::start(hash_of).await;
        publish(&server, &release, &wrong).await.unwrap_err();
        assert!(server.seen().iter().all(|seen| seen.body.is_empty()));
    }
    let server = Server::start(hash_of).await;
    let error = publish(&server, &self::release(b"bytes"), b"bytez").await.unwrap_err();
    assert_eq!((error.name(), server.seen().len()), ("Rejected", 0));
}

/// Says that the version exists; describes it and lists its assets like this.
async fn conflicting(description: Reply, assets: String) -> Server {
    Server::start(move |seen| match seen.line().as_str() {
        "POST /v1/package/version/publish" => Reply::error(409, "ConflictException"),
        "GET /v1/package/version" => description.clone(),
        "POST /v1/package/version/assets" => Reply::json(&assets),
        other => Reply::error(404, other),
    })
    .await
}

fn described(status: &str) -> Reply {
    Reply::json(&format!(r#"{{"packageVersion":{{"version":"1.0.0","status":"{status}"}}}}"#))
}

#[tokio::test]
async fn version_that_was_withdrawn_is_not_published() {
    let release = release(b"bytes");
    let same = format!(r#"{{"assets":[{}]}}"#, asset(&release.sha256().to_string()));
    for status in ["Archived", "Unfinished", "Unlisted", "Disposed", "Deleted", "Forgotten"] {
        let server = conflicting(described(status), same.clone()).await;
        let error = publish(&server, &release, b"bytes").await.unwrap_err();
        assert_eq!(error.name(), "Rejected", "{status}");
        let chain = error.chain();
        assert!(chain.contains(&format!("as {status}")) && chain.contains("withdrawn"), "{chain}");
    }
    let replies = [
        (Reply::json("{}"), "Rejected"),
        (Reply::json(r#"{"packageVersion":{}}"#), "Rejected"),
        (Reply::error(403, "AccessDeniedException"), "Rejected"),
        (Reply::error(404, "ResourceNotFoundException"), "Rejected"),
        (Reply::error(429, "ThrottlingException"), "Transient"),
        (Reply::error(500, "InternalServerException"), "Transient"),
    ];
    for (reply, expected) in replies {
        let shown = format!("{reply:?}");
        let server = conflicting(reply, same.clone()).await;
        let error = publish(&server, &release, b"bytes").await.unwrap_err();
        assert_eq!(error.name(), expected, "{shown}: {}", error.chain());
    }
}

#[tokio::test]
async fn version_that_exists_is_compared() {
    let release = release(b"bytes");
    let cases = [
        (format!(r#"{{"assets":[{}]}}"#, asset(&release.sha256().to_string())), None),
        (format!(r#"{{"assets":[{}]}}"#, asset(&"0".repeat(64))), Some("other bytes")),
        (r#"{"assets":[]}"#.to_owned(), Some("ConflictException")),
        ("{}".to_owned(), Some("ConflictException")),
    ];
    for (assets, problem) in cases {
        let server = conflicting(described("Published"), assets).await;
        let result = publish(&server, &release, b"bytes").await;
        match problem {
            None => assert_eq!(result.unwrap().version, "1.0.0"),
            Some(problem) => {
                let error = result.unwrap_err();
                assert_eq!(error.name(), "Rejected");
                assert!(
                    error.chain().contains(problem) && error.chain().contains("clean 1.0.0"),
                    "{}",
                    error.chain()
                );
            }
        }
    }
}

#[tokio::test]
async fn answer_that_does_not_confirm_is_an_error() {
    let digest = Sha256::of(b"bytes").to_string();
    let replies = [
        stored(&"0".repeat(64)),
        Reply::json("{}"),
        Reply::json(""),
        Reply::json(r#"{"status":"Published","asset":{"name":"clean.zip"}}"#),
        Reply::json(&format!(r#"{{"status":"Unfinished","asset":{}}}"#, asset(&digest))),
        Reply::json(&format!(r#"{{"asset":{}}}"#, asset(&digest))),
        Reply::json("{\"status\":"),
        Reply::error(402, "ServiceQuotaExceededException"),
    ];
    for reply in replies {
        let shown = format!("{reply:?}");
        let server = Server::start(move |_| reply.clone()).await;
        let error = publish(&server, &release(b"bytes"), b"bytes").await.unwrap_err();
        assert_eq!(error.name(), "Rejected", "{shown}: {}", error.chain());
    }
    for reply in [Reply::error(429, "ThrottlingException"), Reply::error(500, "InternalServerException")] {
        let server = Server::start(move |_| reply.clone()).await;
        let error = publish(&server, &release(b"bytes"), b"bytes").await.unwrap_err();
        assert_eq!(error.name(), "Transient");
    }
}
