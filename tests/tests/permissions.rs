//! Least privilege, shown: every action that a function's role allows, one by one, is needed by some run, which fails
//! without it; and no role may do what only its neighbours do. The pairs come from the roles as they were deployed. IAM
//! is the emulator's; the use of the key, CodeArtifact and CodeGuru Security are demanded by the proxy before it.
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use e2e::{Package, Scanner, Template, World, block_on};
use serde_json::{Value, json};

/// A function's log is written by Lambda, and a run goes on without. npm's endpoint asks for the right to move a tag by the
/// token that it is shown, which tells the private repository of these tests no role. Everything else must be seen to be
/// needed.
const NOT_OF_A_RUN: [&str; 2] = ["WriteLog", "TagNpmPackage"];

/// One world at a time: there are more functions in one than processors here.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

const FIRST: &str = "with-every-action";

/// What is asked for, so that an action is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Run {
    /// A push with one package.
    Push,
    /// A push with a source distribution, which goes to pip's endpoint too.
    ForPip,
    /// Two versions of a package, and the newer one taken back.
    Revoked,
    /// A request file in the store, by hand.
    FromTheStore,
    /// A package that is stored in parts.
    InParts,
    /// The same one again: what was begun is given up.
    InPartsAgain,
}

/// The run that needs a pair: nearly always a push.
fn needed_by(function: &str, sid: &str, action: &str) -> Run {
    match (function, sid, action) {
        ("airlock-fetch-repo", "OpenTheStore", "kms:Decrypt") => Run::InParts,
        ("airlock-fetch-repo", _, "s3:AbortMultipartUpload") => Run::InPartsAgain,
        ("airlock-publish", "FindTheNativeEndpoints" | "LogInToTheNativeEndpoints" | "BearTheToken", _) => {
            Run::ForPip
        }
        ("airlock-publish", "WriteRevocation" | "MoveLatest", _) => Run::Revoked,
        ("airlock-publish", _, "kms:GenerateDataKey" | "codeartifact:GetPackageVersionAsset") => Run::Revoked,
        ("airlock-parse-request", "ReadRequestFile", _) => Run::FromTheStore,
        ("airlock-parse-request", "OpenTheStore", "kms:Decrypt") => Run::FromTheStore,
        _ => Run::Push,
    }
}

/// Runs it; tells whether all went well and nothing was left behind, and whether the package was published.
async fn run(world: &World, run: Run, name: &str) -> (bool, bool) {
    if run == Run::Revoked {
        return revoke(world, name).await;
    }
    let package = match run {
        Run::ForPip => Package::sdist(name),
        Run::InParts | Run::InPartsAgain => Package::large("in-parts"),
        Run::Push | Run::Revoked | Run::FromTheStore => Package::clean(name),
    };
    let csv = format!("{},{}\n", package.name, world.offer(&package));
    let bucket = world.stack.output("BucketName").unwrap();
    let half = world.aws.half_uploads(bucket).await.unwrap().len();
    let execution = if run == Run::FromTheStore {
        let key = format!("requests/{name}.csv");
        world.aws.put_object(bucket, &key, csv.into_bytes()).await.unwrap();
        world.run_by_hand(json!({"kind": "store", "key": key})).await
    } else {
        world.push(&csv).await.map(|(execution, _)| execution)
    };
    let messages = world.take_messages().await.unwrap();
    let approved = messages.iter().filter(|m| m.attributes["verdict"] == "approved").count();
    let published = match run {
        Run::ForPip => world.on_pip_index(&package.name).await.unwrap(),
        _ => world.published(&package.name, &package.version()).await.unwrap().is_some(),
    };
    let clean = world.aws.half_uploads(bucket).await.unwrap().len() == half;
    let succeeded = execution.is_ok_and(|execution| execution.status == "SUCCEEDED");
    (succeeded && approved == 2 && clean, published)
}

/// Publishes two versions by hand and takes the newer one back; `Latest` must serve the other.
async fn revoke(world: &World, name: &str) -> (bool, bool) {
    let (first, (second, newer)) = (Package::clean(name), Package::next(name));
    for package in [&first, &second] {
        let csv = format!("{name},{}\n", world.offer_at(package, &package.sha256().short()));
        if world.run_inline(&csv).await.unwrap().status != "SUCCEEDED" {
            return (false, false);
        }
    }
    let source = json!({"kind": "revocation", "package": name, "version": newer, "reason": "a test"});
    let revoked = world.run_by_hand(source).await.unwrap().status == "SUCCEEDED";
    let messages = world.take_messages().await.unwrap();
    let told = |verdict: &str| messages.iter().filter(|m| m.attributes["verdict"] == verdict).count();
    let told = (told("approved"), told("revoked")) == (4, 1);
    let latest = world.published(name, "Latest").await.unwrap();
    let gone = world.published(name, &newer).await.unwrap().is_none();
    (revoked && gone && told && latest.is_some_and(|latest| latest == first.bytes), true)
}

/// Takes every pair away that `ours` tells, one at a time; gives their number.
async fn each_is_needed(world: &mut World, ours: impl Fn(&str, &str) -> bool) -> usize {
    let (mut pairs, mut needless) = (0, vec![]);
    for role in 0..world.roles.len() {
        let (function, whole) = (world.roles[role].function.clone(), world.roles[role].policy.clone());
        for (sid, action) in world.roles[role].pairs() {
            if !ours(&function, &sid) {
                continue;
            }
            let less = world.roles[role].without(&sid, &action);
            world.set_policy(role, less).await.unwrap();
            let (went_well, _) =
                run(world, needed_by(&function, &sid, &action), &format!("without-{pairs}")).await;
            if went_well {
                needless.push(format!("{function} {sid} {action}"));
            }
            world.set_policy(role, whole.clone()).await.unwrap();
            pairs += 1;
        }
    }
    assert!(needless.is_empty(), "a run goes well without {needless:#?}");
    pairs
}

#[test]
fn every_action_of_every_role_is_needed() {
    let _turn = turn();
    let mut world = block_on(World::start(Scanner::Builtin)).unwrap();
    block_on(async {
        for kind in [Run::Push, Run::ForPip, Run::Revoked, Run::FromTheStore, Run::InParts, Run::InPartsAgain]
        {
            let before = run(&world, kind, &format!("{FIRST}-{kind:?}").to_lowercase()).await;
            assert_eq!(before, (true, true), "{kind:?}; the emulator's log:\n{}", world.emulator.log());
        }
        // Nothing but CodeGuru Security is polled.
        let ours =
            |function: &str, sid: &str| !NOT_OF_A_RUN.contains(&sid) && function != "airlock-poll-scan";
        let began = Instant::now();
        let pairs = each_is_needed(&mut world, ours).await;
        println!("{pairs} pairs of function and action, each needed, in {} s", began.elapsed().as_secs());
        assert!(pairs > 35, "{pairs} pairs");
        // It was the missing action each time and nothing else.
        assert_eq!(run(&world, Run::Push, "with-every-action-again").await, (true, true));
    });
}

#[test]
fn every_action_for_codeguru_is_needed() {
    let _turn = turn();
    let mut world = block_on(World::start(Scanner::CodeGuru)).unwrap();
    block_on(async {
        assert_eq!(run(&world, Run::Push, FIRST).await, (true, true), "{}", world.emulator.log());
        let ours = |function: &str, sid: &str| {
            !NOT_OF_A_RUN.contains(&sid) && (function == "airlock-poll-scan" || sid == "UseCodeGuru")
        };
        let began = Instant::now();
        let pairs = each_is_needed(&mut world, ours).await;
        println!("{pairs} pairs of function and action, each needed, in {} s", began.elapsed().as_secs());
        assert!(pairs > 5, "{pairs} pairs");
        assert_eq!(run(&world, Run::Push, "with-every-action-again").await, (true, true));
    });
}

/// Every role before every statement of every other: what it does not have itself, IAM refuses it.
#[test]
fn no_role_may_do_what_its_neighbours_do() {
    let _turn = turn();
    let world = block_on(World::start(Scanner::CodeGuru)).unwrap();
    let mut refused = BTreeMap::<_, usize>::new();
    for mine in &world.roles {
        for other in world.roles.iter().filter(|other| other.function != mine.function) {
            for (action, resource) in reach(&other.policy) {
                if reach(&mine.policy).iter().any(|(a, pattern)| *a == action && fits(pattern, &resource)) {
                    continue;
                }
                let allowed = block_on(world.may(mine, &action, &resource.replace('*', "x"))).unwrap();
                assert!(!allowed, "{} may {action} on {resource}, as {} does", mine.function, other.function);
                *refused.entry(mine.function.as_str()).or_default() += 1;
            }
        }
    }
    println!("{} refusals: {refused:?}", refused.values().sum::<usize>());
    assert_eq!(refused.len(), 8);
    assert!(refused.values().all(|count| *count > 20), "{refused:?}");
    // And the question is one that can be answered with yes.
    let publish = world.roles.iter().find(|role| role.function == "airlock-publish").unwrap();
    let artifact = format!("arn:aws:s3:::{}/artifacts/x", world.stack.output("BucketName").unwrap());
    assert!(block_on(world.may(publish, "s3:GetObject", &artifact)).unwrap());
}

/// What a policy allows, action by resource; the use of the key is bound to a service, which the others have too.
fn reach(policy: &Value) -> BTreeSet<(String, String)> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut reach = BTreeSet::new();
    for statement in policy["Statement"].as_array().unwrap() {
        for action in list(&statement["Action"]).iter().map(text).filter(|action| !action.starts_with("kms:"))
        {
            reach
                .extend(list(&statement["Resource"]).iter().map(|resource| (action.clone(), text(resource))));
        }
    }
    reach
}

/// Whether everything that `resource` stands for, `*` in it included, fits the pattern.
fn fits(pattern: &str, resource: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == resource,
        Some((start, end)) => {
            resource.starts_with(start)
                && (end.is_empty() || (start.len()..=resource.len()).any(|at| fits(end, &resource[at..])))
        }
    }
}

/// The role of the state machine is what its definition calls, reads and writes, and nothing else.
#[test]
fn state_machine_may_do_what_its_definition_does() {
    let template = Template::read("template.yaml").unwrap();
    let role =
        &template.resources()["StateMachineRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"];
    let statement = |sid: &str| role.as_array().unwrap().iter().find(|s| s["Sid"] == sid).unwrap().clone();
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../statemachine/airlock.asl.json");
    let text = std::fs::read_to_string(file).unwrap();
    let definition: Value = serde_json::from_str(&text).unwrap();

    let called: BTreeSet<_> =
        text.split("\"${").filter_map(|rest| rest.split_once("Arn}\"")).map(|(name, _)| name).collect();
    let called: BTreeSet<_> = called
        .into_iter()
        .filter(|name| name.ends_with("Function"))
        .map(|name| format!("{name}.Arn"))
        .collect();
    let run = statement("RunStages");
    let may: BTreeSet<_> = run["Resource"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["Fn::GetAtt"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!((run["Action"].as_str(), may), (Some("lambda:InvokeFunction"), called));

    let map = &definition["States"]["ForEachPackage"];
    assert_eq!(map["ItemReader"]["Resource"], "arn:aws:states:::s3:getObject");
    let read = statement("ReadRows");
    assert_eq!(read["Action"], "s3:GetObject");
    // The key comes from parse-request, which names it so (`StoreKey::submission`).
    assert_eq!(read["Resource"]["Fn::Sub"], "${Bucket.Arn}/submissions/*/requests.jsonl");
    let prefix = map["ResultWriter"]["Parameters"]["Prefix"].as_str().unwrap();
    let write = statement("WriteRuns");
    assert_eq!(write["Resource"]["Fn::Sub"], format!("${{Bucket.Arn}}/{prefix}/*"));
    // As AWS lists them for a Distributed Map and its ResultWriter.
    let results = ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"];
    assert_eq!(write["Action"], json!(results));
    assert_eq!(map["ItemProcessor"]["ProcessorConfig"]["Mode"], "DISTRIBUTED");
    let own = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}";
    assert_eq!(
        statement("StartPackages")["Resource"]["Fn::Sub"],
        format!("{own}:stateMachine:${{AWS::StackName}}")
    );
    let label = map["Label"].as_str().unwrap();
    let follow = statement("FollowPackages")["Resource"].to_string();
    assert!(follow.contains(&format!("execution:${{AWS::StackName}}/{label}:*")), "{follow}");
    let sids: BTreeSet<_> = role.as_array().unwrap().iter().map(|s| s["Sid"].as_str().unwrap()).collect();
    let known = [
        "FollowPackages",
        "OpenTheStore",
        "ReadRows",
        "RunStages",
        "StartPackages",
        "WriteLogAndTraces",
        "WriteRuns",
    ];
    assert!(sids.iter().eq(&known), "{sids:?}");
}
