//! The pipeline with Amazon CodeGuru Security behind it, as far as a stand-in can tell.
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use domain::{DecisionRecord, Verdict};
use e2e::{Fault, Package, Scanner, Spoiled, World, block_on, finding};

fn world() -> MutexGuard<'static, World> {
    static WORLD: LazyLock<Mutex<World>> =
        LazyLock::new(|| Mutex::new(block_on(World::start(Scanner::CodeGuru)).unwrap()));
    WORLD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks for the package; gives the one decision on it and whether it was published.
async fn judge(world: &World, package: &Package) -> (DecisionRecord, bool) {
    let csv = format!("{},{}\n", package.name, world.offer(package));
    let run = world.run_inline(&csv).await.unwrap();
    assert_eq!(run.status, "SUCCEEDED", "{:#}", run.description);
    let mut decisions = world.decisions(&package.name).await.unwrap();
    assert_eq!(decisions.len(), 1, "{decisions:#?}");
    let published = world.published(&package.name, &package.version()).await.unwrap();
    let messages = world.take_messages().await.unwrap();
    assert_eq!(messages.len(), 2, "the package and the digest: {messages:#?}");
    (decisions.remove(0), published.is_some())
}

async fn judge_spoiled(
    world: &World,
    package: &Package,
    call: &str,
    times: usize,
    fault: Fault,
) -> (DecisionRecord, bool, usize) {
    world.codeguru.find(vec![vec![]]);
    world.proxy.arm(Spoiled { call: call.to_owned(), after: 0, times, fault });
    let (decision, published) = judge(world, package).await;
    (decision, published, world.proxy.disarm())
}

#[test]
fn one_critical_finding_on_the_last_of_three_pages_refuses() {
    let world = world();
    world.codeguru.find(vec![
        vec![finding("Info", "a note"), finding("Info", "another note")],
        vec![finding("Low", "a habit")],
        vec![finding("Critical", "a back door")],
    ]);
    let package = Package::clean("last-page");
    let (decision, published) = block_on(judge(&world, &package));
    assert_eq!((decision.verdict, published), (Verdict::Refused, false));
    assert_eq!((decision.counts.critical, decision.counts.low, decision.counts.info), (1, 1, 2));
    assert!(decision.findings.iter().any(|found| found.title.contains("a back door")), "{decision:#?}");
    let (_, scanned) =
        world.codeguru.scanned().into_iter().find(|(_, digest)| *digest == package.sha256()).unwrap();
    assert_eq!(Some(scanned), decision.sha256);
    assert!(world.codeguru.refused().is_empty(), "{:?}", world.codeguru.refused());
}

#[test]
fn findings_below_the_threshold_approve() {
    let world = world();
    world.codeguru.find(vec![vec![finding("Info", "a note")], vec![finding("Low", "a habit")]]);
    let (decision, published) = block_on(judge(&world, &Package::clean("below")));
    assert_eq!((decision.verdict, published), (Verdict::Approved, true), "{decision:#?}");
}

#[test]
fn severity_that_nobody_knows_refuses() {
    let world = world();
    world.codeguru.find(vec![vec![finding("Apocalyptic", "new in 2027")]]);
    let (decision, published) = block_on(judge(&world, &Package::clean("unknown-severity")));
    assert_eq!((decision.verdict, published), (Verdict::Refused, false), "{decision:#?}");
}

#[test]
fn throttled_service_is_asked_again() {
    let world = world();
    for (n, call) in ["CreateUploadUrl", "CreateScan", "GetScan", "GetFindings"].into_iter().enumerate() {
        let package = Package::clean(&format!("throttled-once-{n}"));
        let call = format!("codeguru-security:{call}");
        let spoiled = judge_spoiled(&world, &package, &call, 2, Fault::Throttled);
        let (decision, published, hits) = block_on(spoiled);
        assert_eq!(
            (decision.verdict, published, hits),
            (Verdict::Approved, true, 2),
            "{call}: {decision:#?}"
        );
    }
}

#[test]
fn service_that_never_recovers_fails_closed() {
    let world = world();
    let calls = ["CreateUploadUrl", "Upload", "CreateScan", "GetScan", "GetFindings"];
    for (n, call) in calls.into_iter().enumerate() {
        for fault in [Fault::Throttled, Fault::ServerError] {
            let package = Package::clean(&format!("failing-{n}-{fault:?}").to_lowercase());
            let call = format!("codeguru-security:{call}");
            let (decision, published, hits) =
                block_on(judge_spoiled(&world, &package, &call, usize::MAX, fault));
            assert_eq!(
                (decision.verdict, published),
                (Verdict::Failed, false),
                "{call} {fault:?}: {decision:#?}"
            );
            assert!(hits > 1, "{call} {fault:?} was asked {hits} times");
        }
    }
}

#[test]
fn service_that_is_gone_names_the_setting_to_change() {
    let world = world();
    let package = Package::clean("gone");
    let call = "codeguru-security:CreateUploadUrl";
    let (decision, published, hits) =
        block_on(judge_spoiled(&world, &package, call, usize::MAX, Fault::Denied));
    assert_eq!((decision.verdict, published, hits), (Verdict::Failed, false, 1));
    assert!(
        decision.reasons.iter().any(|reason| reason.contains("AIRLOCK_SCANNER")),
        "{:?}",
        decision.reasons
    );
}
