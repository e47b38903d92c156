use adapter_local::{Folder, Terminal};
use domain::{CommitId, CommitState, Origin, Requester};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// What GitHub has at the two commits.
struct Commits(RequestFiles);

impl RequestSource for Commits {
    async fn read(&self, _: &Source) -> Result<RequestFiles> {
        Ok(self.0.clone())
    }

    async fn answer(&self, _: &Origin, _: CommitState, _: &str) -> Result<()> {
        Ok(())
    }
}

fn input(source: Source) -> ExecutionInput {
    let requested_by = Requester { name: "ana".into(), email: "ana@example.invalid".into() };
    ExecutionInput { source, requested_by }
}

fn inline(csv: &str) -> ExecutionInput {
    input(Source::Inline { csv: csv.into() })
}

fn github(delivery: Option<&str>) -> ExecutionInput {
    let commit = |digit: &str| CommitId::parse(&digit.repeat(40)).unwrap();
    input(Source::Github {
        repository: "octo-org/requests".into(),
        r#ref: "refs/heads/main".into(),
        before: Some(commit("b")),
        after: commit("a"),
        path: "public-package-request.csv".into(),
        delivery: delivery.map(str::to_owned),
    })
}

fn store() -> (TempDir, Folder) {
    let folder = TempDir::new().unwrap();
    let store = Folder::new(folder.path().join("store"));
    (folder, store)
}

async fn read(store: &Folder, key: &str) -> Vec<u8> {
    let key = StoreKey::parse(key).unwrap();
    store.read(&key, u64::MAX).await.unwrap().unwrap_or_else(|| panic!("no {key}")).to_vec()
}

/// The packages and the rejected rows of a submission, as they are in the store.
async fn written(store: &Folder, submission: &Submission) -> (Vec<Document>, Vec<RejectedRow>) {
    let requests = String::from_utf8(read(store, submission.requests.as_str()).await).unwrap();
    let documents: Vec<Document> = requests.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let rejected = read(store, &format!("submissions/{}/rejected.json", submission.id)).await;
    assert_eq!(documents.is_empty(), submission.work == Work::Nothing);
    (documents, serde_json::from_slice(&rejected).unwrap())
}

/// The rows asked for by a push from `previous` to `current`, and those rejected.
async fn pushed(previous: Option<&str>, current: &str) -> (Vec<u64>, Vec<u64>) {
    let (_folder, store) = store();
    let files = RequestFiles {
        current: current.to_owned().into(),
        previous: previous.map(|text| text.to_owned().into()),
    };
    let submission = handle(github(None), &Commits(files), &store, LocalPaths::Refused).await.unwrap();
    let (documents, rejected) = written(&store, &submission).await;
    (documents.iter().map(|d| d.request.row).collect(), rejected.iter().map(|r| r.row).collect())
}

async fn accepted_and_rejected(csv: &str) -> (Vec<u64>, Vec<u64>) {
    pushed(None, csv).await
}

#[tokio::test]
async fn writes_the_submission() {
    let (_folder, store) = store();
    let csv = "\u{feff}alpha,pkg:pypi/alpha@1\r\nBAD,pkg:pypi/x@1\r\nbeta,packages/b.zip\r\n";
    let submission = handle(inline(csv), &Terminal, &store, LocalPaths::Allowed).await.unwrap();
    assert!(
        submission.id.len() == 32 && submission.id.bytes().all(|b| b.is_ascii_hexdigit()),
        "{submission:?}"
    );
    assert_eq!(submission.requests.as_str(), format!("submissions/{}/requests.jsonl", submission.id));
    assert_eq!((submission.source.clone(), submission.work), (Origin::Inline, Work::Packages));
    assert_eq!(read(&store, &format!("submissions/{}/request.csv", submission.id)).await, csv.as_bytes());

    let (documents, rejected) = written(&store, &submission).await;
    let packages: Vec<_> = documents.iter().map(|d| (d.request.row, d.request.package.as_str())).collect();
    assert_eq!(packages, [(1, "alpha"), (3, "beta")]);
    assert!(documents.iter().all(|d| d.submission == submission && d.artifact.is_none()));
    assert_eq!(rejected.iter().map(|r| r.row).collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn the_same_again_writes_the_same() {
    let (_folder, store) = store();
    let run = async |csv: &str| handle(inline(csv), &Terminal, &store, LocalPaths::Refused).await.unwrap();
    let first = run("a,pkg:pypi/a@1").await;
    let bytes = read(&store, first.requests.as_str()).await;
    assert_eq!(run("a,pkg:pypi/a@1").await, first);
    assert_eq!(read(&store, first.requests.as_str()).await, bytes);
    assert_eq!(store.list("submissions/").await.unwrap().len(), 3);
    assert_ne!(run("a,pkg:pypi/a@2").await.id, first.id);
}

#[tokio::test]
async fn a_redelivery_has_the_same_id() {
    let (_folder, store) = store();
    let commits = Commits(RequestFiles { current: "a,pkg:pypi/a@1".into(), previous: None });
    let first = handle(github(Some("d-1")), &commits, &store, LocalPaths::Refused).await.unwrap();
    let second = handle(github(Some("d-2")), &commits, &store, LocalPaths::Refused).await.unwrap();
    assert_eq!(first.id, second.id);
}

#[tokio::test]
async fn a_file_in_the_store_is_told_by_its_content_too() {
    let (_folder, store) = store();
    let key = StoreKey::parse("uploads/request.csv").unwrap();
    let run = async || {
        let input = input(Source::Store { key: key.clone() });
        handle(input, &Terminal, &store, LocalPaths::Refused).await
    };
    let missing = run().await.unwrap_err();
    assert!(missing.to_string().contains("no request file uploads/request.csv"), "{missing}");
    let mut ids = std::collections::HashSet::new();
    for csv in ["a,pkg:pypi/a@1", "b,pkg:pypi/b@1", "a,pkg:pypi/a@1"] {
        store.put(&key, Bytes::from(csv).into()).await.unwrap();
        ids.insert(run().await.unwrap().id);
    }
    assert_eq!(ids.len(), 2);
    store.put(&key, vec![b'x'; MAX_BYTES + 1].into()).await.unwrap();
    assert_eq!(run().await.unwrap_err().name(), "Rejected");
}

#[tokio::test]
async fn an_unreadable_file_is_one_sentence_and_writes_nothing() {
    let (_folder, store) = store();
    for (csv, sentence) in [
        ("", "the request file is empty"),
        ("PublicPackageRepoName\na", "the request file has a header without the column PublicPackageRepoUrl"),
    ] {
        let error = handle(inline(csv), &Terminal, &store, LocalPaths::Refused).await.unwrap_err();
        assert_eq!((error.name(), &*error.to_string()), ("Rejected", sentence));
    }
    assert!(store.list("").await.unwrap().is_empty());
}

#[tokio::test]
async fn only_new_and_changed_rows_are_worked_on() {
    let header = "PublicPackageRepoName,PublicPackageRepoUrl,Requester,Justification";
    let before =
        format!("{header}\na,pkg:pypi/a@1,ana,x\nb,pkg:pypi/b@1,ana,x\nBAD,pkg:pypi/c@1,ana,x\n\"x\n");
    for (after, accepted, rejected) in [
        (before.clone(), vec![], vec![]),
        (format!("{before}d,pkg:pypi/d@1,ana,x\n"), vec![6], vec![]),
        (format!("{before}WORSE,pkg:pypi/d@1,ana,x\n"), vec![], vec![6]),
        // the rows moved, and one asks again with another justification
        (format!("{header}\nb,pkg:pypi/b@1,ana,x\na,pkg:pypi/a@1,ana,y\n"), vec![3], vec![]),
        // a row that could not be accepted before, and still cannot, is not told again
        (format!("{header}\nBAD,pkg:pypi/c@1,ana,x\n"), vec![], vec![]),
        (format!("{header}\nz,pkg:pypi/z@1,ana,x\na,pkg:pypi/a@1,ana,x\n"), vec![2], vec![]),
        (format!("{header}\na,pkg:pypi/a@2,ana,x\n"), vec![2], vec![]),
        (format!("{header}\na,pkg:pypi/a@1,bea,x\n"), vec![2], vec![]),
        // a newer version is asked for by another row
        (format!("{before}a,pkg:pypi/a@2,ana,x\n"), vec![6], vec![]),
        // the bytes of an old row under another name
        (format!("{before}z,pkg:pypi/a@1,ana,x\n"), vec![], vec![6]),
        // a name that only looks new
        (format!("{before}a-,pkg:pypi/a@2,ana,x\n"), vec![], vec![6]),
        // the same rows without the header
        ("a,pkg:pypi/a@1\nb,pkg:pypi/b@2\n".to_owned(), vec![1, 2], vec![]),
    ] {
        assert_eq!(pushed(Some(&before), &after).await, (accepted, rejected), "{after}");
    }
    assert_eq!(pushed(Some("\u{feff}a,pkg:pypi/a@1"), "x,pkg:pypi/x@1\r\na,pkg:pypi/a@1").await.0, [1]);
    // a file before that cannot be read hides nothing
    assert_eq!(pushed(Some("PublicPackageRepoName\na"), "a,pkg:pypi/a@1").await.0, [1]);
    assert_eq!(pushed(Some(""), "a,pkg:pypi/a@1").await.0, [1]);
}

#[tokio::test]
async fn a_row_rejected_before_is_new_once_it_can_be_accepted() {
    let clash = "a,pkg:pypi/a@1\na,pkg:pypi/a@2\n";
    assert_eq!(pushed(None, clash).await, (vec![], vec![1, 2]));
    assert_eq!(pushed(Some(clash), clash).await, (vec![], vec![]));
    assert_eq!(pushed(Some(clash), "a,pkg:pypi/a@1\n").await, (vec![1], vec![]));
    let twice = "a,pkg:pypi/a@1\na,pkg:pypi/a@1\n";
    assert_eq!(pushed(None, twice).await, (vec![1], vec![2]));
    assert_eq!(pushed(Some(twice), twice).await, (vec![], vec![]));
    let narrow = "PublicPackageRepoName,PublicPackageRepoUrl\na,pkg:pypi/a@1,ana\n";
    let wide = "PublicPackageRepoName,PublicPackageRepoUrl,Requester\na,pkg:pypi/a@1,ana\n";
    assert_eq!(pushed(Some(narrow), wide).await, (vec![2], vec![]));
}

/// Every version of a package is a row of its own; the file only grows.
#[tokio::test]
async fn a_row_that_asked_for_the_same_stays_settled() {
    // The third column is the requester: two rows, one package. The first was worked on, for both.
    let file = "PublicPackageRepoName,PublicPackageRepoUrl,Requester\na,pkg:pypi/a@1,x@example.invalid\na,pkg:pypi/a@1,y@example.invalid\n";
    assert_eq!(pushed(None, file).await, (vec![2], vec![3]));
    assert_eq!(pushed(Some(file), file).await, (vec![], vec![]));
}

#[tokio::test]
async fn a_third_version_is_asked_for_as_the_second_was() {
    let mut file = String::new();
    for row in 1..5 {
        let before = file.clone();
        file.push_str(&format!("a,pkg:pypi/a@{row}\n"));
        assert_eq!(pushed(Some(&before), &file).await, (vec![row], vec![]), "{file}");
    }
    // which of the old rows were accepted is not known: another spelling of theirs is rejected either way
    assert_eq!(
        pushed(Some(&file), &format!("{file}a-,pkg:pypi/x@1\nb,pkg:pypi/a@2\n")).await,
        (vec![], vec![5, 6])
    );
}

#[tokio::test]
async fn rows_that_clash_are_all_rejected_and_harm_no_other() {
    for (csv, accepted, rejected) in [
        ("a,pkg:pypi/a@1\na,pkg:pypi/a@2\nb,pkg:pypi/b@1", vec![3], vec![1, 2]),
        ("a,pkg:pypi/a@1\nb,pkg:pypi/b@1\na,pkg:pypi/a@1", vec![1, 2], vec![3]),
        ("a,pkg:pypi/a@1\na,pkg:pypi/a@1\na,pkg:pypi/a@2", vec![], vec![1, 2, 3]),
        ("a-b,pkg:pypi/a@1\na_b,pkg:pypi/a@1\na.b,pkg:pypi/x@1\nc,pkg:pypi/c@1", vec![4], vec![1, 2, 3]),
        // the same URL under two names
        ("a,pkg:pypi/x@1\nb,pkg:pypi/x@1\nc,pkg:pypi/y@1", vec![3], vec![1, 2]),
        ("a,https://host.invalid/x\nc,pkg:pypi/y@1\nb,https://HOST.invalid:443/x", vec![2], vec![1, 3]),
        // one row in both kinds of clash
        ("a,pkg:pypi/x@1\nb,pkg:pypi/x@1\na,pkg:pypi/x@2\nc,pkg:pypi/y@1", vec![4], vec![1, 2, 3]),
        ("a,pkg:pypi/x@1\na,pkg:pypi/x@1\nb,pkg:pypi/x@1", vec![], vec![1, 2, 3]),
        // a row that is rejected by itself takes no other with it
        ("a,pkg:pypi/a@1\na,nonsense:\nA,pkg:pypi/a@2", vec![1], vec![2, 3]),
    ] {
        assert_eq!(accepted_and_rejected(csv).await, (accepted, rejected), "{csv}");
    }
}

fn rows_of(csv: &str) -> Vec<Row> {
    table::read(csv.as_bytes(), LocalPaths::Refused).unwrap()
}

proptest! {
    #[test]
    fn every_data_row_is_accepted_or_rejected_once(text in "([a-c.,\"\n\r-]|pkg:pypi/a@[12]){0,120}") {
        let Ok(rows) = table::read(text.as_bytes(), LocalPaths::Allowed) else { return Ok(()) };
        let mut lines: Vec<u64> = rows.iter().map(|row| row.line).collect();
        let (accepted, rejected) = settle(rows, vec![]);
        let mut settled: Vec<u64> =
            accepted.iter().map(|r| r.row).chain(rejected.iter().map(|r| r.row)).collect();
        lines.sort_unstable();
        settled.sort_unstable();
        prop_assert_eq!(settled, lines);
    }

    #[test]
    fn the_order_of_rows_does_not_decide_a_clash(
        (rows, shuffled) in prop::collection::vec(("[ab][._-]?[ab]|[c-h]", 1..9_u8), 1..8)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let settle_all = |rows: &[(String, u8)]| {
            let csv: String = rows.iter().map(|(name, version)| format!("{name},pkg:pypi/x@{version}\n")).collect();
            let (accepted, rejected) = settle(rows_of(&csv), vec![]);
            let mut asked: Vec<_> = accepted.into_iter().map(|r| (r.package, r.url.to_string())).collect();
            asked.sort();
            (asked, rejected.len())
        };
        prop_assert_eq!(settle_all(&rows), settle_all(&shuffled));
    }

    /// A submission's files are the request file as it came, and JSON. Whoever makes a spreadsheet of that JSON gets no
    /// formula: no cell that was accepted starts as one (CWE-1236, OWASP ASVS 1.2.10).
    #[test]
    fn no_accepted_cell_is_a_formula(
        start in prop::sample::select(vec!["", "=", "+", "-", "@", "\t", "\r", "\0", " ", "\u{ff1d}", "\u{2212}"]),
        place in 0..3_usize,
        url in prop::sample::select(vec!["pkg:pypi/x@1", "https://host.invalid/x", "x.zip", "cmd"]),
    ) {
        let mut cells = ["name".to_owned(), url.to_owned(), "ana".to_owned()];
        cells[place].insert_str(0, start);
        let mut writer = csv::Writer::from_writer(vec![]);
        writer.write_record(["PublicPackageRepoName", "PublicPackageRepoUrl", "Requester"]).unwrap();
        writer.write_record(&cells).unwrap();
        let (accepted, rejected) = settle(table::read(&writer.into_inner().unwrap(), LocalPaths::Allowed).unwrap(), vec![]);
        // A blank before a requester's name is honest, and no formula.
        prop_assert_eq!(accepted.len(), usize::from(start.is_empty() || (start == " " && place == 2)), "{:?}", cells);
        prop_assert_eq!(accepted.len() + rejected.len(), 1);
        for request in accepted {
            for cell in [request.package.to_string(), request.url.to_string(), request.requester.unwrap_or_default()] {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']), "{:?}", cell);
            }
        }
    }
}
