use domain::Secret;

use super::*;
use crate::stand_in::{StandIn, answer};

const CANARY: &str = "ghp_canary0123456789";
const CSV: &str = "a,pkg:pypi/a@1\n";

struct Token(&'static str);

impl SecretSource for Token {
    async fn secret(&self) -> Result<Secret> {
        Ok(Secret::new(self.0))
    }
}

fn github(url: &Url, token: &'static str) -> GitHub<Token> {
    // A second test finds the first one's.
    let _ = rustls::crypto::ring::default_provider().install_default();
    GitHub::new(url.clone(), Token(token), Duration::from_millis(500))
}

fn commit(digit: &str) -> CommitId {
    CommitId::parse(&digit.repeat(40)).unwrap()
}

fn source(before: Option<CommitId>) -> Source {
    Source::Github {
        repository: "octo-org/requests".into(),
        r#ref: "refs/heads/main".into(),
        before,
        after: commit("a"),
        path: "team x/public-package-request.csv".into(),
        delivery: None,
    }
}

fn raw(body: &str) -> String {
    answer("200 OK", "content-type: application/vnd.github.raw+json; charset=utf-8\r\n", body)
}

async fn read(answers: &[String], before: Option<CommitId>) -> Result<RequestFiles> {
    let stand_in = StandIn::answering(answers.to_vec());
    let files = github(&stand_in.url, CANARY).read(&source(before)).await;
    if let Err(error) = &files {
        assert!(!error.chain().contains(CANARY) && !format!("{error:?}").contains(CANARY), "{error:?}");
    }
    files
}

#[tokio::test]
async fn reads_the_file_at_both_commits() {
    let stand_in = StandIn::answering([raw(CSV), raw("old")]);
    let files = github(&stand_in.url, CANARY).read(&source(Some(commit("b")))).await.unwrap();
    assert_eq!(files, RequestFiles { current: CSV.into(), previous: Some("old".into()) });

    let asked = stand_in.asked();
    let path = "/api/v3/repos/octo-org/requests/contents/team%20x/public-package-request.csv";
    let digits = "a".repeat(40);
    assert!(asked[0].starts_with(&format!("GET {path}?ref={digits} HTTP/1.1\r\n")), "{}", asked[0]);
    assert!(asked[1].contains(&format!("?ref={} HTTP/1.1", "b".repeat(40))), "{}", asked[1]);
    for header in [
        "accept: application/vnd.github.raw+json".to_owned(),
        "x-github-api-version: 2022-11-28".to_owned(),
        "user-agent: airlock/".to_owned(),
        format!("authorization: Bearer {CANARY}"),
    ] {
        assert!(asked[0].contains(&header), "{header} in {}", asked[0]);
    }
}

#[tokio::test]
async fn no_file_before_is_no_previous() {
    let missing = answer("404 Not Found", "", "{}");
    assert_eq!(read(&[raw(CSV), missing], Some(commit("b"))).await.unwrap().previous, None);
    assert_eq!(read(&[raw(CSV)], Some(commit("0"))).await.unwrap().previous, None);
    assert_eq!(read(&[raw(CSV)], None).await.unwrap().previous, None);
}

#[tokio::test]
async fn an_empty_file_is_empty_only_by_its_length() {
    assert_eq!(read(&[raw("")], None).await.unwrap().current, "");
    for answer in [
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ] {
        assert_eq!(read(&[answer.to_owned()], None).await.unwrap_err().name(), "Transient", "{answer}");
    }
}

#[tokio::test]
async fn tells_what_a_retry_cures_from_what_it_does_not() {
    let big = MAX_FILE + 1;
    for (reply, name) in [
        (answer("401 Unauthorized", "", "{}"), "Rejected"),
        (answer("403 Forbidden", "x-ratelimit-remaining: 12\r\n", "{}"), "Rejected"),
        (answer("404 Not Found", "", "{}"), "Rejected"),
        (answer("204 No Content", "", ""), "Rejected"),
        (answer("206 Partial Content", "", CSV), "Rejected"),
        (answer("301 Moved Permanently", "location: http://127.0.0.1:1/\r\n", ""), "Rejected"),
        (answer("200 OK", "content-type: application/json; charset=utf-8\r\n", "[]"), "Rejected"),
        (format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {big}\r\n\r\n"), "Rejected"),
        (format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(big as usize)), "Rejected"),
        (answer("403 Forbidden", "x-ratelimit-remaining: 0\r\n", "{}"), "Transient"),
        (answer("403 Forbidden", "retry-after: 60\r\n", "{}"), "Transient"),
        (answer("429 Too Many Requests", "", "{}"), "Transient"),
        (answer("500 Internal Server Error", "", "{}"), "Transient"),
        (answer("503 Service Unavailable", "", ""), "Transient"),
        ("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 99\r\n\r\na,b\n".to_owned(), "Transient"),
        ("not HTTP at all\r\n\r\n".to_owned(), "Transient"),
        (String::new(), "Transient"),
        ("hang".to_owned(), "Transient"),
    ] {
        let what = reply[..reply.len().min(80)].to_owned();
        let error = read(std::slice::from_ref(&reply), None).await.unwrap_err();
        assert_eq!(error.name(), name, "{what}: {}", error.chain());
        // The file before the push is as much needed as the one after; only its absence is an answer.
        if !what.starts_with("HTTP/1.1 404") {
            let error = read(&[raw(CSV), reply], Some(commit("b"))).await.unwrap_err();
            assert_eq!(error.name(), name, "before: {what}: {}", error.chain());
        }
    }
}

#[tokio::test]
async fn nobody_listening_is_transient() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    drop(listener);
    assert_eq!(github(&url, CANARY).read(&source(None)).await.unwrap_err().name(), "Transient");
}

#[tokio::test]
async fn a_token_leaves_the_machine_over_tls_only() {
    for url in ["http://github.invalid/", "http://10.0.0.1/", "http://localhost.invalid/", "ftp://127.0.0.1/"]
    {
        let error = github(&url.parse().unwrap(), CANARY).read(&source(None)).await.unwrap_err();
        assert!(error.to_string().contains("must be https://"), "{url}: {error}");
    }
}

#[tokio::test]
async fn asks_nothing_with_an_unusable_token_or_path() {
    let stand_in = StandIn::answering([raw(CSV)]);
    for token in ["", " \n", "two words", "ghp_\u{e9}"] {
        let error = github(&stand_in.url, token).read(&source(None)).await.unwrap_err();
        assert!(error.to_string().contains("token"), "{token:?}: {error}");
    }
    let github = github(&stand_in.url, CANARY);
    for (wrong_repository, wrong_path) in
        [("octo", "a.csv"), ("a/..", "a.csv"), ("a/b", "../a.csv"), ("a/b", "/a.csv"), ("a/b", "a\n.csv")]
    {
        let mut wrong = source(None);
        if let Source::Github { repository, path, .. } = &mut wrong {
            (*repository, *path) = (wrong_repository.into(), wrong_path.into());
        }
        assert_eq!(github.read(&wrong).await.unwrap_err().name(), "Rejected", "{wrong:?}");
    }
    assert_eq!(stand_in.asked(), Vec::<String>::new());
    // A secret stored with `echo` ends in a line feed.
    let padded = super::tests::github(&stand_in.url, "ghp_x\n");
    assert!(padded.read(&source(None)).await.is_ok());
}

#[tokio::test]
async fn answers_with_a_commit_status() {
    let created = answer("201 Created", "", "{}");
    let stand_in = StandIn::answering([created.clone(), created]);
    let github = github(&stand_in.url, CANARY);
    let origin = source(None).origin();
    github.answer(&origin, CommitState::Failure, "2 approved, 1 refused").await.unwrap();
    let forged = format!(
        "\u{1b}[2J\u{202e}\u{2028}https://b.invalid/?X-Amz-Signature={CANARY} {}",
        "line\n".repeat(40)
    );
    github.answer(&origin, CommitState::Error, &forged).await.unwrap();

    let asked = stand_in.asked();
    let digits = "a".repeat(40);
    assert!(
        asked[0].starts_with(&format!("POST /api/v3/repos/octo-org/requests/statuses/{digits} HTTP/1.1"))
    );
    let body = |request: &str| -> serde_json::Value {
        serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
    };
    let expected =
        serde_json::json!({"state": "failure", "description": "2 approved, 1 refused", "context": "airlock"});
    assert_eq!(body(&asked[0]), expected);
    let description = body(&asked[1])["description"].as_str().unwrap().to_owned();
    let shown = r"\u{1b}[2J\u{202e}\u{2028}https://b.invalid/?… line\u{a}line\u{a}";
    assert!(description.starts_with(shown) && description.chars().count() == 140, "{description}");
}

#[tokio::test]
async fn a_status_that_was_not_created_is_an_error() {
    for (status, name) in [
        ("200 OK", "Rejected"),
        ("404 Not Found", "Rejected"),
        ("422 Unprocessable Entity", "Rejected"),
        ("502 Bad Gateway", "Transient"),
    ] {
        let stand_in = StandIn::answering([answer(status, "", "{}")]);
        let answered =
            github(&stand_in.url, CANARY).answer(&source(None).origin(), CommitState::Success, "ok").await;
        assert_eq!(answered.unwrap_err().name(), name, "{status}");
    }
}

#[tokio::test]
async fn other_origins_have_no_place_for_an_answer() {
    let nowhere = "http://127.0.0.1:1/".parse().unwrap();
    github(&nowhere, CANARY).answer(&Origin::Inline, CommitState::Success, "ok").await.unwrap();
    let inline = Source::Inline { csv: CSV.into() };
    assert_eq!(github(&nowhere, CANARY).read(&inline).await.unwrap_err().name(), "Rejected");
}

/// The file is read where the signature pinned it: whoever pushes to the branch in the meantime changes nothing.
#[tokio::test]
async fn reads_no_branch_and_no_other_repository() {
    let stand_in = StandIn::answering([raw(CSV), raw("old")]);
    github(&stand_in.url, CANARY).read(&source(Some(commit("b")))).await.unwrap();
    for asked in stand_in.asked() {
        let line = asked.lines().next().unwrap();
        assert!(line.contains("/repos/octo-org/requests/") && !line.contains("main"), "{line}");
        let reference = line.split("?ref=").nth(1).unwrap().trim_end_matches(" HTTP/1.1");
        assert!(CommitId::parse(reference).is_ok(), "{line}");
    }
}
