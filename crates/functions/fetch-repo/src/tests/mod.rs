//! The stage against a server on loopback that misbehaves on purpose. The server is raw TCP: no well-behaved library
//! would send these answers.

mod bodies;
mod redirects;
mod registries;
mod resolution;
mod server;
mod surroundings;

use std::{env, ffi::OsStr, future::Future, process::Command, time::Duration};

use adapter_local::Folder;
use domain::{
    Artifact, Document, Error, Origin, PackageName, PackageUrl, Request, Requester, Result, Sha256,
    Store as _, StoreKey, Submission, Work,
};
use tokio::time::timeout;
use url::Url;

use crate::{FetchSettings, Fetcher, settings_from, trusted_origin};
use server::Server;

/// An archive by its first bytes; what is in it is for other stages.
const ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
/// The three kinds of failure: what the state machine calls them, and how people are told.
const REFUSED: (&str, &str) = ("Rejected", "refused by policy: ");
const BROKEN: (&str, &str) = ("Rejected", "broken source: ");
const LATER: (&str, &str) = ("Transient", "try again later: ");
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn install_tls_provider() {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Settings that trust this server alone, and lose patience quickly.
fn settings(server: &Server) -> FetchSettings {
    install_tls_provider();
    let mut settings = settings_from(|_| None).unwrap();
    settings.trusted_origins = vec![trusted_origin(&server.origin()).unwrap()];
    settings.github = Url::parse(&server.origin()).unwrap();
    settings.max_bytes = 1 << 20;
    settings.timeouts.connect = Duration::from_secs(2);
    settings.timeouts.idle = Duration::from_millis(400);
    settings.timeouts.total = Duration::from_secs(60);
    settings
}

fn document(url: &str) -> Document {
    Document {
        submission: Submission {
            id: "test".to_owned(),
            source: Origin::Inline,
            requested_by: Requester::default(),
            requests: StoreKey::submission("test", "requests.jsonl").unwrap(),
            work: Work::Packages,
        },
        request: Request {
            row: 1,
            package: PackageName::parse("x").unwrap(),
            url: PackageUrl::parse(url).unwrap(),
            requester: None,
        },
        artifact: None,
        scan: None,
        decision: None,
        publication: None,
        failure: None,
    }
}

/// Runs the stage on a store of its own. Whatever it answers, the store holds exactly what was answered.
async fn fetch_with(fetcher: &Fetcher, url: &str) -> Result<Artifact> {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::new(folder.path());
    let answer = crate::handle(document(url), &store, fetcher).await;
    let stored = store.list("").await.unwrap();
    match &answer {
        Ok(artifact) => {
            assert_eq!(stored, std::slice::from_ref(&artifact.key));
            let bytes = store.read(&artifact.key, u64::MAX).await.unwrap().unwrap();
            assert_eq!((Sha256::of(&bytes), bytes.len() as u64), (artifact.sha256, artifact.bytes));
        }
        Err(_) => assert_eq!(stored, []),
    }
    answer
}

async fn fetch(server: &Server, path: &str) -> Result<Artifact> {
    fetch_with(&Fetcher::new(settings(server)), &format!("{}{path}", server.origin())).await
}

/// What comes of a fetch that a limit of less than a second should end.
async fn soon(answer: impl Future<Output = Result<Artifact>>) -> Result<Artifact> {
    timeout(Duration::from_secs(30), answer).await.expect("no limit ended the fetch")
}

#[track_caller]
fn assert_error(answer: Result<Artifact>, (name, kind): (&str, &str), said: &str) {
    let error: Error = answer.expect_err(said);
    let text = error.chain();
    assert!(
        error.name() == name && text.starts_with(kind) && text.contains(said),
        "{}: {text}",
        error.name()
    );
}

/// Runs the test of this name again, alone in a process with these variables, since those of a running process are not
/// to be changed. False in that process.
fn runs_again(test: &str, variables: &[(&str, &OsStr)]) -> bool {
    const AGAIN: &str = "FETCH_REPO_TEST_AGAIN";
    if env::var_os(AGAIN).is_some() {
        return false;
    }
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", test, "--nocapture"]).env(AGAIN, "1").envs(variables.iter().copied());
    let output = child.output().unwrap();
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success() && out.contains("1 passed"), "{out}{err}");
    true
}

#[tokio::test]
async fn a_commits_archive_is_stored_under_its_digest_and_commit() {
    let mut archive = ZIP.to_vec();
    archive[20] = 40;
    archive.extend(COMMIT.as_bytes());
    let server = Server::answering(move |_| server::ok(&archive)).await;
    for url in
        [format!("{}/o/r/archive/refs/heads/main.zip", server.origin()), "pkg:github/o/r@main".to_owned()]
    {
        let artifact = fetch_with(&Fetcher::new(settings(&server)), &url).await.unwrap();
        assert_eq!(artifact.commit.as_ref().unwrap().as_str(), COMMIT);
        assert_eq!((artifact.version.as_str(), artifact.extension.as_str()), (&COMMIT[..12], "zip"));
        assert_eq!(artifact.url.to_string(), url);
    }
    assert!(fetch(&server, &format!("/o/r/archive/{COMMIT}.zip")).await.is_ok());
}

#[tokio::test]
async fn another_commits_archive_is_refused() {
    let mut zip = ZIP.to_vec();
    zip[20] = 40;
    zip.extend(COMMIT.as_bytes());
    let (asked, tar) = ("f".repeat(40), crate::commit::tests::tar_gz(COMMIT));
    for (archive, named) in
        [(zip, COMMIT), (tar, COMMIT), (ZIP.to_vec(), "none"), (b"\x1f\x8b\x08\0".to_vec(), "none")]
    {
        let server = Server::answering(move |_| server::ok(&archive)).await;
        let said = format!("should hold commit {asked}, but its archive names {named}");
        for path in ["archive/{}.zip", "archive/{}.tar.gz", "zip/{}", "tarball/{}"] {
            let path = format!("/o/r/{}", path.replace("{}", &asked));
            assert_error(fetch(&server, &path).await, BROKEN, &said);
        }
        let purl = format!("pkg:github/o/r@{asked}");
        assert_error(fetch_with(&Fetcher::new(settings(&server)), &purl).await, BROKEN, &said);
    }
}

#[tokio::test]
async fn the_request_asks_for_plain_bytes_and_carries_no_credentials() {
    let server = Server::answering(|_| server::ok(ZIP)).await;
    fetch(&server, "/a.zip").await.unwrap();
    let request = server.requests().remove(0).to_ascii_lowercase();
    assert!(request.starts_with("get /a.zip http/1.1\r\n"), "{request}");
    assert!(request.contains("accept-encoding: identity\r\n"), "{request}");
    for name in ["authorization", "cookie", "referer", "range", "proxy-"] {
        assert!(!request.contains(&format!("\r\n{name}")), "{request}");
    }
}

#[tokio::test]
async fn a_second_fetch_changes_nothing() {
    let server = Server::answering(|_| server::ok(ZIP)).await;
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::new(folder.path());
    let fetcher = Fetcher::new(settings(&server));
    let document = document(&format!("{}/a.whl", server.origin()));
    let first = crate::handle(document.clone(), &store, &fetcher).await.unwrap();
    assert_eq!(crate::handle(document, &store, &fetcher).await.unwrap(), first);
    assert_eq!((first.version, first.extension), (first.sha256.short(), "whl".to_owned()));
    assert_eq!(store.list("").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_path_is_for_a_fetcher_with_a_root_alone() {
    let server = Server::answering(|_| server::ok(ZIP)).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.zip"), ZIP).unwrap();
    std::fs::write(folder.path().join("b.zip"), b"plain text").unwrap();
    let without = Fetcher::new(settings(&server));
    assert_error(fetch_with(&without, "a.zip").await, REFUSED, "only the airlock command takes one");
    let fetcher = Fetcher::new(settings(&server)).with_local_root(folder.path());
    let artifact = fetch_with(&fetcher, "a.zip").await.unwrap();
    assert_eq!((artifact.sha256, artifact.url.to_string()), (Sha256::of(ZIP), "a.zip".to_owned()));
    assert_error(fetch_with(&fetcher, "b.zip").await, BROKEN, "not an archive");
    assert_error(fetch_with(&fetcher, "c.zip").await, BROKEN, "cannot read the file c.zip");
    assert!(server.requests().is_empty());
}
