//! The whole pipeline with the built-in scanner: from a push to the message, the published bytes and the commit's status.
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use domain::{PackageResult, Results, Sha256, Verdict};
use e2e::{Message, Package, REQUEST_PATH, Scanner, World, block_on};
use serde_json::json;

const HEADER: &str = "PublicPackageRepoName,PublicPackageRepoUrl\n";

/// One emulator for all tests of this file, one test at a time.
fn world() -> MutexGuard<'static, World> {
    static WORLD: LazyLock<Mutex<World>> =
        LazyLock::new(|| Mutex::new(block_on(World::start(Scanner::Builtin)).unwrap()));
    WORLD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn row(world: &World, package: &Package) -> String {
    format!("{},{}\n", package.name, world.offer(package))
}

fn of<'a>(results: &'a Results, package: &str) -> &'a PackageResult {
    results.packages.iter().find(|result| result.package.as_str() == package).unwrap()
}

fn about<'a>(messages: &'a [Message], package: &str) -> &'a Message {
    let named = |message: &&Message| message.attributes.get("package").is_some_and(|name| name == package);
    let [message] = messages.iter().filter(named).collect::<Vec<_>>()[..] else {
        panic!("not one message about {package}: {messages:#?}");
    };
    message
}

/// Runs the command that the mail gives, with the real `aws`; gives the bytes it got.
fn install(world: &World, message: &Message) -> Vec<u8> {
    let line = message.body.lines().find_map(|line| line.trim().strip_prefix("aws codeartifact ")).unwrap();
    let file = world.file("installed").display().to_string();
    let mut arguments: Vec<_> = line.split(' ').collect();
    *arguments.last_mut().unwrap() = &file;
    world.aws.cli_at(&world.private_repository(), &[&["codeartifact"][..], &arguments].concat()).unwrap();
    std::fs::read(&file).unwrap()
}

#[test]
fn push_publishes_the_clean_package_and_refuses_the_hostile_one() {
    let world = world();
    let (clean, hostile) = (Package::clean("adder"), Package::hostile("stealer"));
    let csv = format!("{HEADER}{}{}", row(&world, &clean), row(&world, &hostile));
    block_on(async {
        let (run, commit) = world.push(&csv).await.unwrap();
        assert_eq!(run.status, "SUCCEEDED", "{:#}", run.description);

        let [approval] = &world.decisions("adder").await.unwrap()[..] else { panic!("not one decision") };
        let [refusal] = &world.decisions("stealer").await.unwrap()[..] else { panic!("not one decision") };
        assert_eq!(
            (approval.verdict, approval.sha256),
            (Verdict::Approved, Some(clean.sha256())),
            "{approval:#?}"
        );
        assert_eq!((refusal.verdict, refusal.sha256), (Verdict::Refused, Some(hostile.sha256())));
        assert_eq!(approval.version, Some(clean.version()));
        let finding = refusal.findings.first().unwrap();
        assert!(finding.path.as_ref().unwrap().ends_with("setup.py"), "{finding:?}");

        let results = world.results(&approval.submission).await.unwrap();
        assert_eq!(results.packages.len(), 2);
        assert_eq!(of(&results, "adder").verdict, Verdict::Approved);
        assert_eq!(of(&results, "stealer").verdict, Verdict::Refused);
        assert!(of(&results, "stealer").publication.is_none());

        let messages = world.take_messages().await.unwrap();
        assert_eq!(messages.len(), 3, "two packages and the digest: {messages:#?}");
        let (good, bad) = (about(&messages, "adder"), about(&messages, "stealer"));
        for (message, verdict) in [(good, "approved"), (bad, "refused")] {
            assert_eq!(message.attributes["verdict"], verdict);
            assert_eq!(message.attributes["requester"], "ada@example.invalid");
            assert!(message.subject.contains(verdict) && message.subject.len() <= 99, "{}", message.subject);
        }
        assert!(bad.body.contains("setup.py:"), "{}", bad.body);
        let digest = messages.iter().find(|message| !message.attributes.contains_key("package")).unwrap();
        assert_eq!(digest.attributes["verdict"], "refused");

        let bytes = install(&world, good);
        assert_eq!(Sha256::of(&bytes), clean.sha256());
        assert_eq!(world.published("adder", &clean.version()).await.unwrap(), Some(bytes));
        assert_eq!(world.published("stealer", &hostile.version()).await.unwrap(), None);

        let statuses = world.github.statuses(&commit);
        assert_eq!(statuses.last().unwrap()["state"], "failure", "{statuses:?}");
        // What the dashboard counts.
        let log = world.emulator.function_log();
        let decided = |package: &str| {
            let mut lines =
                log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
            lines.find(|line| line["stage"] == "evaluate" && line["package"] == package).unwrap()
        };
        assert_eq!(decided("adder")["verdict"], "approved");
        let refused = decided("stealer");
        assert_eq!((&refused["verdict"], &refused["worst"]), (&"refused".into(), &"critical".into()));
        assert!(world.github.problems().is_empty(), "{:?}", world.github.problems());
    });
}

#[test]
fn second_delivery_of_a_push_starts_nothing() {
    let world = world();
    let package = Package::clean("delivered-twice");
    let csv = format!("{HEADER}{}", row(&world, &package));
    block_on(async {
        let (first, commit) = world.push(&csv).await.unwrap();
        let runs = world.executions().await.unwrap().len();
        let again = world.deliver(None, &commit, &world.webhook_secret).await.unwrap();
        assert_eq!((again.status, again.body["execution"].as_str()), (202, Some(first.arn.as_str())));
        assert_eq!(again.body["started"], false);
        assert_eq!(world.executions().await.unwrap().len(), runs);
        assert_eq!(world.decisions("delivered-twice").await.unwrap().len(), 1);
        let messages = world.take_messages().await.unwrap();
        about(&messages, "delivered-twice");
    });
}

#[test]
fn wrong_signature_starts_nothing() {
    let world = world();
    block_on(async {
        let commit = world
            .github
            .commit(REQUEST_PATH, &format!("{HEADER}evil,https://evil.example.invalid/evil.zip\n"));
        let runs = world.executions().await.unwrap().len();
        let refused = world.deliver(None, &commit, "not the secret").await.unwrap();
        assert_eq!(refused.status, 401, "{}", refused.body);
        assert_eq!(world.executions().await.unwrap().len(), runs);
        assert!(world.decisions("evil").await.unwrap().is_empty());
        assert!(world.take_messages().await.unwrap().is_empty());
    });
}

#[test]
fn run_by_hand_needs_no_github() {
    let world = world();
    let package = Package::clean("by-hand");
    let csv = format!("{HEADER}{}", row(&world, &package));
    block_on(async {
        world.proxy.take_calls();
        let run = world.run_inline(&csv).await.unwrap();
        assert_eq!(run.status, "SUCCEEDED", "{:#}", run.description);
        let bytes = world.published("by-hand", &package.version()).await.unwrap();
        assert!(bytes.is_some_and(|bytes| bytes == package.bytes), "{:#?}", world.decisions("by-hand").await);
        let calls = world.proxy.take_calls();
        assert!(!calls.is_empty() && calls.iter().all(|call| call.service != "github"), "{calls:?}");
        about(&world.take_messages().await.unwrap(), "by-hand");
    });
}

#[test]
fn one_row_never_harms_another() {
    let world = world();
    let package = Package::clean("bystander");
    let good = row(&world, &package);
    let csv = format!(
        "{HEADER}../escape,https://github.com/a/b/archive/refs/heads/main.zip\n\
         no-such-host,https://unreachable.example.invalid/package.zip\n\
         no-such-port,http://127.0.0.1:9/package.zip\n{good}"
    );
    block_on(async {
        let (run, commit) = world.push(&csv).await.unwrap();
        assert_eq!(run.status, "SUCCEEDED", "{:#}", run.description);
        let [approval] = &world.decisions("bystander").await.unwrap()[..] else { panic!("not one decision") };
        let results = world.results(&approval.submission).await.unwrap();
        assert_eq!(of(&results, "bystander").verdict, Verdict::Approved, "{results:#?}");
        assert_eq!(results.rejected_rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2]);
        let messages = world.take_messages().await.unwrap();
        for name in ["no-such-host", "no-such-port"] {
            assert_eq!(of(&results, name).verdict, Verdict::Failed);
            let decisions = world.decisions(name).await.unwrap();
            assert_eq!(decisions.iter().map(|d| d.verdict).collect::<Vec<_>>(), [Verdict::Failed]);
            assert_eq!(about(&messages, name).attributes["verdict"], "failed");
        }
        assert_eq!(messages.len(), 4, "three packages and the digest: {messages:#?}");
        let bytes = world.published("bystander", &package.version()).await.unwrap();
        assert_eq!(bytes.as_deref(), Some(&package.bytes[..]));
        assert_eq!(world.github.statuses(&commit).last().unwrap()["state"], "error");
    });
}

/// Every run of these worlds is searched for what is secret (see `World::finish`). This one fails where a secret is at
/// hand: behind a redirect to an address with a token in it.
#[test]
fn failed_download_tells_no_secret_and_neither_does_the_command() {
    let world = world();
    let package = Package::clean("behind-a-token");
    let lost = format!("{}/upstream/lost/archive/refs/heads/main.zip", world.proxy.url());
    let csv = format!("{HEADER}{}lost,{lost}\n", row(&world, &package));
    block_on(async {
        let (run, _) = world.push(&csv).await.unwrap();
        assert_eq!(run.status, "SUCCEEDED", "{:#}", run.description);
        assert!(world.published("behind-a-token", &package.version()).await.unwrap().is_some());
        let messages = world.take_messages().await.unwrap();
        assert!(about(&messages, "lost").body.contains("404"), "{messages:#?}");
    });
    let (file, store) = (world.file("requests.csv"), world.file("store"));
    std::fs::write(&file, &csv).unwrap();
    let run = |format: &str| {
        let mut command = world.airlock();
        command.arg("run").arg(&file).arg("--store").arg(&store).args(["--format", format]);
        let ended = command.output().unwrap();
        String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap()
    };
    for format in ["human", "json"] {
        let said = run(format);
        assert!(said.contains("behind-a-token") && said.contains("404"), "{said}");
        world.check_text("what the command prints", &said).unwrap();
    }
    let mut folders = vec![store];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
                let bytes = std::fs::read(&path).unwrap();
                world.check_text(&path.display().to_string(), &String::from_utf8_lossy(&bytes)).unwrap();
            }
        }
    }
    assert!(files > 10, "{files} files");
}

#[test]
fn next_push_works_on_new_rows_only() {
    let world = world();
    let (old, new) = (Package::clean("old-row"), Package::clean("new-row"));
    let before_csv = format!("{HEADER}{}", row(&world, &old));
    let after_csv = format!("{before_csv}{}", row(&world, &new));
    block_on(async {
        let before = world.github.commit(REQUEST_PATH, &before_csv);
        let after = world.github.commit(REQUEST_PATH, &after_csv);
        let delivered = world.deliver(Some(&before), &after, &world.webhook_secret).await.unwrap();
        let run = world.finish(delivered.body["execution"].as_str().unwrap()).await.unwrap();
        assert_eq!(run.status, "SUCCEEDED", "{:#}", run.description);
        assert_eq!(world.decisions("new-row").await.unwrap().len(), 1);
        assert!(world.decisions("old-row").await.unwrap().is_empty());
        about(&world.take_messages().await.unwrap(), "new-row");
    });
}

/// The sample's documented command: whatever is newest.
fn latest(world: &World, package: &str) -> Option<Vec<u8>> {
    let file = world.file("latest").display().to_string();
    let asset = format!("{package}.zip");
    let arguments = [
        "codeartifact",
        "get-package-version-asset",
        "--domain",
        "airlock",
        "--repository",
        "approved",
        "--format",
        "generic",
        "--namespace",
        package,
        "--package",
        package,
        "--package-version",
        "Latest",
        "--asset",
        &asset,
        &file,
    ];
    world.aws.cli_at(&world.private_repository(), &arguments).ok()?;
    Some(std::fs::read(&file).unwrap())
}

#[test]
fn a_revoked_package_is_gone_refused_and_told() {
    let world = world();
    let package = Package::clean("taken-back");
    let version = package.version();
    block_on(async {
        world.push(&format!("{HEADER}{}", row(&world, &package))).await.unwrap();
        about(&world.take_messages().await.unwrap(), "taken-back");
        assert_eq!(latest(&world, "taken-back").unwrap(), package.bytes);

        let source = json!({
            "kind": "revocation", "package": "taken-back", "version": version, "reason": "a backdoor was found",
        });
        let run = world.run_by_hand(source.clone()).await.unwrap();
        assert_eq!(run.status, "SUCCEEDED", "{:#}", run.description);
        assert_eq!(world.published("taken-back", &version).await.unwrap(), None);
        assert_eq!(latest(&world, "taken-back"), None);
        let messages = world.take_messages().await.unwrap();
        let message = about(&messages, "taken-back");
        assert_eq!(message.attributes["verdict"], "revoked");
        assert_eq!(message.attributes["requester"], "ada@example.invalid");
        assert!(message.body.contains("a backdoor was found"), "{}", message.body);

        let again = world.run_by_hand(source).await.unwrap();
        assert_eq!(again.status, "SUCCEEDED", "{:#}", again.description);
        assert!(world.take_messages().await.unwrap().is_empty(), "nobody is told twice");

        let csv = format!("taken-back,{}\n", world.offer(&package));
        world.run_inline(&csv).await.unwrap();
        let messages = world.take_messages().await.unwrap();
        let refusal = about(&messages, "taken-back");
        assert_eq!(refusal.attributes["verdict"], "refused");
        assert!(refusal.body.contains("revoked by"), "{}", refusal.body);
        assert_eq!(world.published("taken-back", &version).await.unwrap(), None);

        let unknown = json!({"kind": "revocation", "package": "never-there", "reason": "none"});
        let run = world.run_by_hand(unknown).await.unwrap();
        assert_eq!(run.status, "FAILED", "a revocation that meant nothing is seen");
        assert_eq!(
            about(&world.take_messages().await.unwrap(), "never-there").attributes["verdict"],
            "failed"
        );
    });
}
