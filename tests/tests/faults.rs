//! Every call of every stage to the outside goes wrong in every way: nothing unapproved is ever published, and nobody
//! is told nothing.
//!
//! The calls are not listed here: they are what the proxy saw of one healthy run. Each is a case, as often as it was
//! made, with each fault; for good (`always`) and, where a retry must cure it, once.

#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

use std::{
    sync::{Mutex, PoisonError},
    thread,
};

use domain::{DecisionRecord, Sha256, Verdict};
use e2e::{Call, Fault, Message, Package, REQUEST_PATH, Scanner, Spoiled, World, block_on};

/// Emulators at work on the cases at once: most of the time is spent on calls that never answer.
const WORLDS: usize = 3;

/// What a healthy run calls at least; were less seen, the matrix would have holes.
const EXPECTED: [&str; 12] = [
    "states:StartExecution",
    "github:GetContents",
    "s3:PutObject submissions/*/requests.jsonl",
    "web:Get",
    "web:GetRedirected",
    "s3:PutObject artifacts/*",
    "s3:GetObject artifacts/*",
    "s3:GetObject scans/*/report.json",
    "s3:PutObject decisions/*",
    "codeartifact:PublishPackageVersion",
    "sns:Publish",
    "github:CreateStatus",
];

/// Which part of the pipeline makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Webhook,
    ParseRequest,
    Package,
    /// From the decision on, until nothing more is published.
    Publish,
    Notify,
}

/// One call of the healthy run: the `after`th of its name, from 0.
#[derive(Debug, Clone)]
struct Site {
    call: Call,
    after: usize,
    part: Part,
}

#[derive(Debug, Clone)]
struct Case {
    site: Site,
    fault: Fault,
    times: usize,
}

/// What is left when a run is over.
#[derive(Debug)]
struct Outcome {
    delivered: u16,
    status: Option<String>,
    published: Option<Sha256>,
    decisions: Vec<DecisionRecord>,
    messages: Vec<Message>,
    digests: usize,
    hits: usize,
}

#[test]
fn no_fault_of_a_call_publishes_what_was_not_approved() {
    matrix(Scanner::Builtin, |_| true);
}

#[test]
fn no_fault_of_codeguru_publishes_what_was_not_approved() {
    matrix(Scanner::CodeGuru, |site| site.call.service == "codeguru-security");
}

fn matrix(scanner: Scanner, chosen: impl Fn(&Site) -> bool) {
    let worlds: Vec<_> = (0..WORLDS).map(|_| block_on(World::start(scanner)).unwrap()).collect();
    let sites: Vec<_> = healthy(&worlds[0], scanner).into_iter().filter(chosen).collect();
    assert!(sites.len() >= 5, "{sites:#?}");
    let once = [Fault::Timeout, Fault::Throttled, Fault::ServerError];
    let cases: Vec<_> = sites
        .iter()
        .flat_map(|site| {
            let always = Fault::ALL.map(|fault| Case { site: site.clone(), fault, times: usize::MAX });
            always.into_iter().chain(once.map(|fault| Case { site: site.clone(), fault, times: 1 }))
        })
        .collect();
    let queue = Mutex::new(cases.iter().enumerate());
    // A function of its own, so that the lock is not held while the case runs.
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let wrong = Mutex::new(vec![]);
    thread::scope(|scope| {
        for world in &worlds {
            scope.spawn(|| {
                while let Some((n, case)) = next() {
                    let outcome = block_on(run(world, case, &Package::clean(&format!("case-{n}"))));
                    if let Err(why) = judge(case, &outcome) {
                        wrong.lock().unwrap().push(format!("{case:?}: {why}\n{outcome:#?}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n\n"));
}

/// The calls of a run in which nothing goes wrong, in their order.
fn healthy(world: &World, scanner: Scanner) -> Vec<Site> {
    let package = Package::clean("healthy");
    let outcome = block_on(async {
        world.cool().await.unwrap();
        world.proxy.take_calls();
        push(world, &package, None).await
    });
    assert!(is_complete(&outcome), "{outcome:#?}");
    let calls = world.proxy.take_calls();
    let names: Vec<_> = calls.iter().map(ToString::to_string).collect();
    let place = |name: &str| {
        names.iter().position(|found| found == name).unwrap_or_else(|| panic!("no {name}: {names:#?}"))
    };
    for name in EXPECTED {
        place(name);
    }
    if scanner == Scanner::CodeGuru {
        for operation in ["CreateUploadUrl", "Upload", "CreateScan", "GetScan", "GetFindings"] {
            place(&format!("codeguru-security:{operation}"));
        }
    }
    let (started, fetched) = (place("states:StartExecution"), place("web:Get"));
    let decided = place("s3:PutObject decisions/*");
    // `publish` looks for a revocation before and after.
    let is_publishing =
        |name: &String| name.starts_with("codeartifact:") || name == "s3:ListObjects decisions/*";
    let published = names.iter().rposition(is_publishing).unwrap();
    let part = |n| match n {
        n if n <= started => Part::Webhook,
        n if n < fetched => Part::ParseRequest,
        n if n <= decided => Part::Package,
        n if n <= published => Part::Publish,
        _ => Part::Notify,
    };
    let after = |n: usize| names[..n].iter().filter(|name| **name == names[n]).count();
    calls.into_iter().enumerate().map(|(n, call)| Site { call, after: after(n), part: part(n) }).collect()
}

async fn run(world: &World, case: &Case, package: &Package) -> Outcome {
    if case.site.call.service == "secretsmanager" {
        // A secret that a function has kept is not asked for.
        world.cool().await.unwrap();
    }
    push(world, package, Some(case)).await
}

/// Pushes a row for the package, sees the run through, and looks at what it left. A push that GitHub is told has failed
/// is delivered again where the fault comes but once: that is what its owner would do.
async fn push(world: &World, package: &Package, case: Option<&Case>) -> Outcome {
    let header = "PublicPackageRepoName,PublicPackageRepoUrl\n";
    let before = world.github.commit(REQUEST_PATH, header);
    let after =
        world.github.commit(REQUEST_PATH, &format!("{header}{},{}\n", package.name, world.offer(package)));
    if let Some(Case { site, fault, times }) = case {
        let call = site.call.to_string();
        world.proxy.arm(Spoiled { call, after: site.after, times: *times, fault: *fault });
    }
    let mut delivered = world.deliver(Some(&before), &after, &world.webhook_secret).await.unwrap();
    if delivered.status >= 500 && case.is_some_and(|case| case.times == 1) {
        delivered = world.deliver(Some(&before), &after, &world.webhook_secret).await.unwrap();
    }
    let status = match delivered.body["execution"].as_str() {
        Some(arn) => Some(world.finish(arn).await.unwrap().status),
        None => None,
    };
    let hits = world.proxy.disarm();
    let messages = world.take_messages().await.unwrap();
    let (messages, digests): (Vec<_>, Vec<_>) =
        messages.into_iter().partition(|message| message.attributes.contains_key("package"));
    let published = world.published(&package.name, &package.version()).await.unwrap();
    Outcome {
        delivered: delivered.status,
        status,
        published: published.map(|bytes| Sha256::of(&bytes)),
        decisions: world.decisions(&package.name).await.unwrap(),
        messages,
        digests: digests.len(),
        hits,
    }
}

fn judge(case: &Case, outcome: &Outcome) -> Result<(), &'static str> {
    check(outcome.hits > 0, "the fault never fired")?;
    consistent(case, outcome)?;
    if case.times == 1 {
        return check(is_complete(outcome), "one fault was enough to stop the run");
    }
    if case.is_other_request_file() {
        return check(outcome.digests == 1, "nobody was told");
    }
    let (succeeded, failed) = (outcome.ended("SUCCEEDED"), outcome.ended("FAILED"));
    check(
        !succeeded || outcome.is_told(),
        "the run says that all is well, and yet a decision or a message is missing",
    )?;
    check(case.site.part >= Part::Publish || outcome.published.is_none(), "published")?;
    let call = &case.site.call;
    match case.site.part {
        Part::Webhook => {
            check(outcome.delivered >= 500 && outcome.status.is_none(), "GitHub was not told to try again")
        }
        Part::ParseRequest => check(failed && outcome.digests == 1, "nobody was told"),
        // Where no decision can be kept, the run fails visibly.
        Part::Package if call.target == "decisions/*" && call.operation != "GetObject" => {
            check(failed, "the run says that all is well")
        }
        Part::Package => {
            check(succeeded && outcome.told("failed"), "not one decision and one message that it failed")
        }
        // The approved bytes may be there already, for the next run to go on with; nobody is told so.
        Part::Publish => {
            check(succeeded && outcome.told("failed"), "not one decision and one message that it failed")
        }
        Part::Notify => {
            check(outcome.decisions.len() == 1 && outcome.published.is_some(), "the decision was lost")?;
            check(succeeded || failed, "the run has not ended")
        }
    }
}

/// What holds whatever goes wrong.
fn consistent(case: &Case, outcome: &Outcome) -> Result<(), &'static str> {
    check(outcome.decisions.len() <= 1, "more than one decision")?;
    let once = outcome.messages.len() <= 1 && outcome.digests <= 1;
    check(once || case.is_note_of_delivery(), "more than one message")?;
    if let Some(published) = outcome.published {
        let approved = |d: &DecisionRecord| (d.verdict, d.sha256) == (Verdict::Approved, Some(published));
        check(outcome.decisions.iter().all(approved), "published without an approval of these bytes")?;
        check(!outcome.decisions.is_empty(), "published without a decision")?;
    }
    check(!outcome.told("approved") || outcome.published.is_some(), "told approved, and not published")
}

fn check(right: bool, wrong: &'static str) -> Result<(), &'static str> {
    if right { Ok(()) } else { Err(wrong) }
}

impl Case {
    /// GitHub's answer has no digest: half a file or none is a request file too. The rows of the current one are then
    /// rejected, and told so; without the rows of the one before, every row is new, and judged.
    fn is_other_request_file(&self) -> bool {
        self.site.call.operation == "GetContents" && matches!(self.fault, Fault::Empty | Fault::Malformed)
    }

    /// Where it cannot be noted that a message was delivered, it is delivered again rather than not at all.
    fn is_note_of_delivery(&self) -> bool {
        self.site.part == Part::Notify && self.site.call.operation == "PutObject"
    }
}

impl Outcome {
    fn ended(&self, status: &str) -> bool {
        self.status.as_deref() == Some(status)
    }

    fn told(&self, verdict: &str) -> bool {
        self.messages.iter().any(|message| message.attributes["verdict"] == verdict)
    }

    fn is_told(&self) -> bool {
        self.decisions.len() == 1 && !self.messages.is_empty() && self.digests > 0
    }
}

/// Approved, published, told: as if nothing had happened.
fn is_complete(outcome: &Outcome) -> bool {
    let approved = outcome.decisions.iter().any(|decision| decision.verdict == Verdict::Approved);
    outcome.ended("SUCCEEDED") && outcome.published.is_some() && approved && outcome.is_told()
}
