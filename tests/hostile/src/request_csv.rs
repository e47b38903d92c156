//! The request file: one row never harms another, and nothing accepted can turn into something else later.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
};

use bytes::{Bytes, BytesMut};
use domain::{
    Body, CommitId, CommitState, Document, Error, ExecutionInput, Origin, RejectedRow, Request, RequestFiles,
    RequestSource, Requester, Result, Source, Store, StoreKey, Written,
};
use parse_request::LocalPaths;

/// ASCII's file separator stands between the file and the one before it.
const SEPARATOR: u8 = 0x1c;
const HEADER: &[u8] = b"PublicPackageRepoName,PublicPackageRepoUrl\n";
const CANARY: &str = "canary";

/// Submits the file after the one before it, if there is one.
pub fn request_csv(data: &[u8]) {
    let (current, previous) = match data.iter().position(|byte| *byte == SEPARATOR) {
        Some(at) => (&data[..at], Some(&data[at + 1..])),
        None => (data, None),
    };
    // The file's length decides, so that each is met as often as the other.
    let paths = if current.len() % 2 == 0 { LocalPaths::Refused } else { LocalPaths::Allowed };
    if let Some(rows) = submit(current, previous, paths) {
        check_rows(&rows, current);
        rows.accepted.iter().for_each(|request| check_accepted(request, paths));
        check_distinct(&rows.accepted);
        assert_eq!(submit(current, previous, paths), Some(rows), "submitted twice, read differently");
        let unchanged = submit(current, Some(current), paths).map(|rows| (rows.accepted, rows.rejected));
        assert_eq!(unchanged, Some((vec![], vec![])), "a file that did not change asks for something");
    }
    check_neighbour(current);
    check_order(current);
}

/// What a submission wrote.
#[derive(Debug, PartialEq)]
struct Rows {
    accepted: Vec<Request>,
    rejected: Vec<RejectedRow>,
    objects: BTreeMap<String, Vec<u8>>,
}

/// `None` where the file cannot be read at all.
fn submit(current: &[u8], previous: Option<&[u8]>, paths: LocalPaths) -> Option<Rows> {
    let commits = Commits(RequestFiles {
        current: Bytes::copy_from_slice(current),
        previous: previous.map(Bytes::copy_from_slice),
    });
    let memory = Memory::default();
    let submission = match ready(parse_request::handle(input(), &commits, &memory, paths)) {
        Ok(submission) => submission,
        Err(Error::Rejected { message, .. }) => {
            assert!(!message.chars().any(char::is_control), "{message:?}");
            return None;
        }
        Err(error) => panic!("memory failed: {error}"),
    };
    let objects = memory.0.into_inner().expect("no thread panicked");
    let read = |key: &str| objects.get(key).unwrap_or_else(|| panic!("no {key}"));
    let lines = String::from_utf8(read(submission.requests.as_str()).clone()).expect("UTF-8");
    let accepted = lines.lines().map(|line| {
        let document: Document = serde_json::from_str(line).expect("the next stage can read the document");
        assert_eq!(document.submission, submission);
        document.request
    });
    let rejected = read(&format!("submissions/{}/rejected.json", submission.id));
    Some(Rows {
        accepted: accepted.collect(),
        rejected: serde_json::from_slice(rejected).expect("the report can read the rejected rows"),
        objects: objects.clone(),
    })
}

fn check_rows(rows: &Rows, current: &[u8]) {
    let lines = 1 + current.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
    let accepted: Vec<u64> = rows.accepted.iter().map(|request| request.row).collect();
    let rejected: Vec<u64> = rows.rejected.iter().map(|row| row.row).collect();
    for numbers in [&accepted, &rejected] {
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        assert!(numbers.iter().all(|number| (1..=lines).contains(number)), "{numbers:?} of {lines} lines");
    }
    assert!(accepted.iter().all(|number| !rejected.contains(number)), "accepted and rejected");
    for row in &rows.rejected {
        let plain = row.reason.chars().all(|c| matches!(c, ' '..='~' | '…'));
        assert!(plain && (1..1024).contains(&row.reason.len()), "{:?}", row.reason);
    }
}

/// The allow-list of a name, and what may stand in a cell, said once more.
fn check_accepted(request: &Request, paths: LocalPaths) {
    let name = request.package.as_str();
    assert!((1..=100).contains(&name.len()), "{name:?}");
    assert!(name.bytes().all(|b| b"abcdefghijklmnopqrstuvwxyz0123456789._-".contains(&b)), "{name:?}");
    assert!(!name.starts_with(['.', '_', '-']) && !name.ends_with('.'), "{name:?}");
    let url = request.url.to_string();
    assert!(url.len() <= 8192 && url.bytes().all(|b| b.is_ascii_graphic()), "{url:?}");
    let schemes = ["https://", "http://", "pkg:"];
    assert!(paths == LocalPaths::Allowed || schemes.iter().any(|scheme| url.starts_with(scheme)), "{url:?}");
    let requester = request.requester.as_deref().unwrap_or("none");
    assert!(requester.bytes().all(|b| (b' '..=b'~').contains(&b)), "{requester:?}");
    for cell in [name, requester] {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?} is a formula");
    }
}

/// No two rows that are worked on could be taken for each other, or bring the same bytes under two names.
fn check_distinct(accepted: &[Request]) {
    let names: BTreeSet<_> =
        accepted.iter().map(|r| r.package.as_str().replace(['.', '_', '-'], "")).collect();
    let urls: BTreeSet<_> = accepted.iter().map(|request| request.url.to_string()).collect();
    assert_eq!((names.len(), urls.len()), (accepted.len(), accepted.len()), "{accepted:?}");
}

/// Whatever stands above it, a good row on a line of its own is accepted.
fn check_neighbour(current: &[u8]) {
    let folded: Vec<u8> = current.iter().copied().filter(|byte| !b"._-".contains(byte)).collect();
    if folded.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()) {
        return;
    }
    let row = format!("\n{CANARY},pkg:pypi/{CANARY}@1\n");
    let rows = submit(&[HEADER, current, row.as_bytes()].concat(), None, LocalPaths::Refused);
    let accepted =
        rows.as_ref().is_some_and(|rows| rows.accepted.iter().any(|r| r.package.as_str() == CANARY));
    assert!(accepted, "a row harmed another: {rows:?}");
}

/// Without quotes a line is a row: every line that is not blank is accepted or rejected, in whatever order they stand.
fn check_order(current: &[u8]) {
    if current.contains(&b'"') {
        return;
    }
    let lines: Vec<&[u8]> = current.split(|byte| matches!(byte, b'\n' | b'\r')).collect();
    let blank = |line: &&[u8]| line.iter().all(|byte| b", \t".contains(byte));
    let backwards: Vec<&[u8]> = lines.iter().rev().copied().collect();
    let read = |lines: Vec<&[u8]>| {
        submit(&[HEADER, &lines.join(&b'\n')].concat(), None, LocalPaths::Refused).map(|rows| {
            let asked: BTreeSet<_> =
                rows.accepted.iter().map(|r| (r.package.clone(), r.url.to_string())).collect();
            (asked, rows.accepted.len(), rows.rejected.len())
        })
    };
    let rows = lines.iter().filter(|line| !blank(line)).count();
    let forwards = read(lines);
    assert_eq!(forwards, read(backwards), "the order of the rows counts");
    assert_eq!(forwards.map(|(_, accepted, rejected)| accepted + rejected), Some(rows), "a row is lost");
}

fn input() -> ExecutionInput {
    let commit = |digit: &str| CommitId::parse(&digit.repeat(40)).expect("a commit");
    let source = Source::Github {
        repository: "octo-org/requests".to_owned(),
        r#ref: "refs/heads/main".to_owned(),
        before: Some(commit("b")),
        after: commit("a"),
        path: "public-package-request.csv".to_owned(),
        delivery: None,
    };
    ExecutionInput { source, requested_by: Requester::default() }
}

/// Nothing here ever waits.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("memory was waited for"),
    }
}

struct Commits(RequestFiles);

impl RequestSource for Commits {
    async fn read(&self, _: &Source) -> Result<RequestFiles> {
        Ok(self.0.clone())
    }

    async fn answer(&self, _: &Origin, _: CommitState, _: &str) -> Result<()> {
        Ok(())
    }
}

/// A store that writes nothing to disk: thousands of submissions a second go into it.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, Vec<u8>>>);

impl Store for Memory {
    async fn put(&self, key: &StoreKey, mut body: Body) -> Result<()> {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = std::future::poll_fn(|cx| body.stream.as_mut().poll_next(cx)).await {
            bytes.extend_from_slice(&chunk?);
        }
        assert_eq!(body.length, bytes.len() as u64);
        self.0.lock().expect("no thread panicked").insert(key.to_string(), bytes.to_vec());
        Ok(())
    }

    async fn put_if_absent(&self, key: &StoreKey, body: Body) -> Result<Written> {
        self.put(key, body).await.map(|()| Written::New)
    }

    async fn get(&self, key: &StoreKey) -> Result<Option<Body>> {
        let bytes = self.0.lock().expect("no thread panicked").get(key.as_str()).cloned();
        Ok(bytes.map(Body::from))
    }

    async fn list(&self, _: &str) -> Result<Vec<StoreKey>> {
        Ok(vec![])
    }
}
