use std::sync::{Arc, OnceLock};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::Digest as _;

use super::*;
use server::{ok, response};

const TAR_GZ: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\xff and so on";
const OTHER_TAR_GZ: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\xff and something else";
const OTHER_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0";

/// Each registry's package, the file that its index describes, the extension, and other bytes of the same kind.
const PACKAGES: [(&str, &[u8], &str, &[u8]); 3] = [
    ("pkg:pypi/X@1.0.0", ZIP, "whl", OTHER_ZIP),
    ("pkg:npm/%40s/x@1.0.0", TAR_GZ, "tgz", OTHER_TAR_GZ),
    ("pkg:cargo/x@1.0.0", TAR_GZ, "crate", OTHER_TAR_GZ),
];

/// The three indexes, in their own formats, for a package whose file has these bytes and is on this origin.
fn index(path: &str, published: &[u8], files: &str) -> Vec<u8> {
    let (sha256, sha512) = (Sha256::of(published), STANDARD.encode(sha2::Sha512::digest(published)));
    let answer = match path {
        "/simple/x/" => serde_json::json!({"files": [{
            "filename": "x-1.0.0-py3-none-any.whl", "url": format!("{files}/files/x.whl#sha256=0"),
            "hashes": {"sha256": sha256},
        }]}),
        "/npm/@s%2Fx" => serde_json::json!({"versions": {"1.0.0": {"dist": {
            "tarball": format!("{files}/files/x.tgz"), "integrity": format!("sha512-{sha512}"),
        }}}}),
        "/crates/1/x" => serde_json::json!({"name": "x", "vers": "1.0.0", "cksum": sha256, "yanked": false}),
        "/crates/config.json" => serde_json::json!({"dl": format!("{files}/files")}),
        _ => return response("404 Not Found", "Content-Length: 0", b""),
    };
    ok(answer.to_string().as_bytes())
}

/// A server with indexes that describe `published`, and with files that are `served`.
async fn registries(published: &'static [u8], served: &'static [u8]) -> Server {
    let origin = Arc::new(OnceLock::new());
    let files = origin.clone();
    let server = Server::answering(move |path| {
        if path.starts_with("/files/") {
            return ok(served);
        }
        index(path, published, files.get().map_or("", String::as_str))
    })
    .await;
    origin.set(server.origin()).unwrap();
    server
}

fn fetcher(server: &Server) -> Fetcher {
    let mut settings = settings(server);
    let index = |path: &str| Some(Url::parse(&format!("{}{path}", server.origin())).unwrap());
    settings.indexes.pypi = index("/simple/");
    settings.indexes.npm = index("/npm");
    settings.indexes.crates = index("/crates/");
    Fetcher::new(settings)
}

#[tokio::test]
async fn each_registrys_package_is_stored_once_its_published_digest_agrees() {
    for (purl, bytes, extension, _) in PACKAGES {
        let server = registries(bytes, bytes).await;
        let artifact =
            fetch_with(&fetcher(&server), purl).await.unwrap_or_else(|e| panic!("{purl}: {}", e.chain()));
        assert_eq!(artifact.sha256, Sha256::of(bytes));
        assert_eq!((artifact.version.as_str(), artifact.extension.as_str()), ("1.0.0", extension));
    }
}

#[tokio::test]
async fn other_bytes_than_the_published_are_refused() {
    for (purl, bytes, _, other) in PACKAGES {
        let server = registries(bytes, other).await;
        assert_error(fetch_with(&fetcher(&server), purl).await, BROKEN, "do not have the digest");
        assert!(server.requests().iter().any(|head| head.starts_with("GET /files")), "{purl}");
    }
}

#[tokio::test]
async fn a_registry_without_index_names_the_variable() {
    let server = registries(ZIP, ZIP).await;
    let variables = ["AIRLOCK_PYPI_INDEX", "AIRLOCK_NPM_REGISTRY", "AIRLOCK_CRATES_INDEX"];
    for ((purl, ..), variable) in PACKAGES.into_iter().zip(variables) {
        assert_error(fetch_with(&Fetcher::new(settings(&server)), purl).await, REFUSED, variable);
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_index_that_misbehaves_fails_the_row() {
    for (answer, name, said) in [
        (response("404 Not Found", "Content-Length: 0", b""), BROKEN, "check the URL"),
        (response("429 Too Many Requests", "Content-Length: 0", b""), LATER, "may answer later"),
        (response("502 Bad Gateway", "Content-Length: 0", b""), LATER, "may answer later"),
        (response("200 OK", "Content-Length: 9", b"{}"), LATER, "the connection broke"),
        (response("200 OK", "Content-Length: 40000000", b"{}"), REFUSED, "larger than"),
        (response("200 OK", "Content-Encoding: gzip", b"{}"), BROKEN, "Content-Encoding"),
        (ok(b""), BROKEN, "the "),
        (ok(b"<!DOCTYPE html>"), BROKEN, "the "),
        (ok(b"{\"files\": 7, \"versions\": 7}"), BROKEN, "the "),
    ] {
        let server = Server::answering(move |_| answer.clone()).await;
        for (purl, ..) in PACKAGES {
            assert_error(fetch_with(&fetcher(&server), purl).await, name, said);
        }
    }
}

#[tokio::test]
async fn a_file_on_a_host_that_is_not_allowed_is_refused_by_name() {
    for files in ["https://files.invalid", "http://127.0.0.1:1", "https://127.1"] {
        let server = Server::answering(move |path| index(path, TAR_GZ, files)).await;
        for (purl, ..) in PACKAGES {
            let error = fetch_with(&fetcher(&server), purl).await.unwrap_err();
            assert!(error.to_string().starts_with(REFUSED.1) && error.name() == REFUSED.0);
            let said = error.to_string();
            assert!(
                said.contains("/files")
                    && (said.contains("AIRLOCK_ALLOWED_HOSTS") || !files.ends_with("invalid"))
            );
        }
    }
}
