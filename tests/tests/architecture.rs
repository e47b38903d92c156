//! Holds the map of the design together: the state machine, the template, the crates and the runner tell one story, and
//! a test here fails where they part. Nothing is deployed; everything is read from the files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use domain::{Document, ExecutionInput, RevocationKind, ScanState, Verdict, Work};
use e2e::Template;
use hmac::{Hmac, KeyInit as _, Mac as _};
use notify::{Notice, RunOutcome};
use publish::Order;
use serde::Serialize;
use serde_json::{Map, Value, json};

type Names = BTreeSet<String>;

/// The Task states without a folder of their own, and the function that serves each.
const SERVED_BY_ANOTHER: [(&str, &str); 2] = [("ReportSubmission", "Notify"), ("Revoke", "Publish")];
/// The one function that the state machine does not call: it starts it.
const STARTS_THE_MACHINE: &str = "webhook";
/// The secret that signs `events/webhook.json`; see `events/README.md`.
const EVENT_SECRET: &[u8] = b"airlock-test-secret";

// --- Reading ---------------------------------------------------------------------------------------------------------

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn template() -> Value {
    Template::read("template.yaml").expect("the template can be read").value().clone()
}

/// The template's functions by the name of their folder.
fn functions() -> BTreeMap<String, Value> {
    resources("AWS::Serverless::Function")
        .into_iter()
        .map(|(id, function)| {
            let name = id.strip_suffix("Function").unwrap_or_else(|| panic!("{id} must end in Function"));
            (kebab(name), function)
        })
        .collect()
}

fn resources(kind: &str) -> BTreeMap<String, Value> {
    let template = template();
    let all = template["Resources"].as_object().expect("the template has resources");
    let found: BTreeMap<_, _> =
        all.iter().filter(|(_, r)| r["Type"] == kind).map(|(id, r)| (id.clone(), r.clone())).collect();
    assert!(!found.is_empty(), "the template has no {kind}");
    found
}

/// States that see each other: the top of the definition, or the inside of a Map.
struct Scope {
    start: String,
    states: Map<String, Value>,
}

fn scopes() -> Vec<Scope> {
    let definition: Value =
        serde_json::from_str(&text("statemachine/airlock.asl.json")).expect("the definition is JSON");
    let mut scopes = vec![];
    let mut open = vec![definition];
    while let Some(definition) = open.pop() {
        let start = definition["StartAt"].as_str().expect("StartAt").to_owned();
        let states = definition["States"].as_object().expect("States").clone();
        open.extend(states.values().filter(|s| s["Type"] == "Map").map(|s| s["ItemProcessor"].clone()));
        assert!(
            states.values().all(|s| s["Type"] != "Parallel"),
            "this test does not look into Parallel states"
        );
        scopes.push(Scope { start, states });
    }
    assert_eq!(scopes.len(), 2, "the submission, and one package in a Map");
    scopes
}

impl Scope {
    /// Every state that `from` may go to: Next, Default, Choices and Catch.
    fn targets(&self, from: &str) -> Vec<&str> {
        let state = &self.states[from];
        let listed =
            ["Choices", "Catch"].into_iter().flat_map(|key| state[key].as_array().into_iter().flatten());
        let nexts = listed.map(|branch| &branch["Next"]).chain([&state["Next"], &state["Default"]]);
        nexts.filter(|next| !next.is_null()).map(|next| next.as_str().expect("a state's name")).collect()
    }

    /// Every state that can be reached from `from` without going through `without`.
    fn reachable<'a>(&'a self, from: &'a str, without: &str) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(name) = open.pop() {
            if name != without && seen.insert(name) {
                open.extend(self.targets(name));
            }
        }
        seen
    }

    fn tasks(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.states.iter().filter(|(_, state)| state["Type"] == "Task")
    }
}

/// What a Task state calls: `FetchRepo` of `${FetchRepoFunctionArn}`.
fn called(state: &Value) -> &str {
    let resource = state["Resource"].as_str().expect("a Task has a Resource");
    let name = resource.strip_prefix("${").and_then(|rest| rest.strip_suffix("FunctionArn}"));
    name.unwrap_or_else(|| panic!("{resource} must be ${{<Name>FunctionArn}}"))
}

fn kebab(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

fn folders(path: &str) -> Names {
    let entries = fs::read_dir(root().join(path)).expect(path).map(|entry| entry.expect(path));
    entries.filter(|e| e.path().is_dir()).map(|e| e.file_name().into_string().expect("UTF-8")).collect()
}

/// The Rust text below a folder, without tests.
fn product_code(path: &Path) -> String {
    let mut code = String::new();
    for entry in fs::read_dir(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())) {
        let path = entry.expect("a folder's entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8");
        if path.is_dir() {
            code += &product_code(&path);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && !name.ends_with("_test.rs") {
            let text = fs::read_to_string(&path).expect("UTF-8");
            let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            code.extend(
                product
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .map(|l| [l, "\n"].concat()),
            );
        }
    }
    code
}

fn names<const N: usize>(names: [&str; N]) -> Names {
    names.map(str::to_owned).into()
}

// --- One list of stages ----------------------------------------------------------------------------------------------

#[test]
fn every_stage_is_a_state_a_folder_a_function_and_a_step_of_the_runner() {
    let mut stages = Names::new();
    for scope in scopes() {
        for (name, state) in scope.tasks() {
            let other = SERVED_BY_ANOTHER.iter().find(|(state, _)| state == name);
            let function = other.map_or(name.as_str(), |(_, function)| function);
            assert_eq!(called(state), function, "the state {name} must call the function of its name");
            stages.insert(kebab(function));
        }
    }
    let code = product_code(&root().join("crates/cli/src"));
    let calls = code.split("::handle(").map(|before| {
        before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
    });
    let runner: Names =
        calls.take(code.matches("::handle(").count()).map(|name| name.replace('_', "-")).collect();
    assert_eq!(runner, stages, "what the runner calls (left) must be the Task states (right)");

    stages.insert(STARTS_THE_MACHINE.to_owned());
    assert_eq!(
        folders("crates/functions"),
        stages,
        "crates/functions (left) must be the Task states (right)"
    );
    assert_eq!(functions().into_keys().collect::<Names>(), stages, "the template's functions (left)");
}

#[test]
fn every_function_is_built_from_its_own_folder_with_its_own_role_and_log() {
    let (roles, logs) = (resources("AWS::IAM::Role"), resources("AWS::Logs::LogGroup"));
    for (name, function) in functions() {
        let properties = &function["Properties"];
        let pascal: String = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        let (role, log) = (format!("{pascal}Role"), format!("{pascal}LogGroup"));
        assert_eq!(properties["CodeUri"], format!("crates/functions/{name}"));
        assert_eq!(function["Metadata"]["BuildMethod"], "rust-cargolambda");
        assert_eq!(function["Metadata"]["BuildProperties"]["Binary"], name);
        assert_eq!(properties["FunctionName"]["Fn::Sub"], format!("${{AWS::StackName}}-{name}"));
        assert_eq!(properties["Role"]["Fn::GetAtt"], format!("{role}.Arn"));
        assert_eq!(properties["LoggingConfig"]["LogGroup"]["Ref"], log);
        let log = &logs[&log]["Properties"];
        assert_eq!(log["LogGroupName"]["Fn::Sub"], format!("/aws/lambda/${{AWS::StackName}}-{name}"));
        assert!(roles.contains_key(&role), "{role} is missing");
    }
}

#[test]
fn every_function_has_the_variables_it_reads_and_no_other() {
    let template = template();
    let shared = &template["Globals"]["Function"]["Environment"]["Variables"];
    for (name, function) in functions() {
        let own = &function["Properties"]["Environment"]["Variables"];
        let given: Names = [shared, own]
            .into_iter()
            .flat_map(|v| v.as_object().expect("variables").keys().cloned())
            .collect();
        let code = product_code(&root().join("crates/functions").join(&name).join("src"));
        let literals = code.split('"').filter(|text| {
            let name = text.strip_prefix("AIRLOCK_");
            name.is_some_and(|name| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
        });
        let mut read: Names = literals.map(str::to_owned).collect();
        if code.contains(".call_timeout()") {
            read.insert("AIRLOCK_CALL_TIMEOUT_SECONDS".to_owned());
        }
        assert_eq!(given, read, "{name}: what the template sets (left) must be what the code reads (right)");
    }
}

// --- The state machine -----------------------------------------------------------------------------------------------

#[test]
fn every_target_exists_and_every_state_is_reached() {
    for scope in scopes() {
        for name in scope.states.keys() {
            for target in scope.targets(name) {
                assert!(scope.states.contains_key(target), "{name} goes to {target}, which does not exist");
            }
            let ends = scope.states[name]["End"] == true
                || matches!(scope.states[name]["Type"].as_str(), Some("Succeed" | "Fail"));
            assert_ne!(ends, !scope.targets(name).is_empty() && scope.states[name]["End"] != true, "{name}");
        }
        let all: BTreeSet<&str> = scope.states.keys().map(String::as_str).collect();
        assert_eq!(scope.reachable(&scope.start, ""), all, "reached (left) must be everything (right)");
    }
}

#[test]
fn every_substitution_is_given_and_used() {
    let text = text("statemachine/airlock.asl.json");
    let used: Names =
        text.split("${").skip(1).filter_map(|rest| rest.split('}').next()).map(str::to_owned).collect();
    let machines = resources("AWS::Serverless::StateMachine");
    let properties = &machines["StateMachine"]["Properties"];
    assert_eq!(properties["DefinitionUri"], "statemachine/airlock.asl.json");
    let given = properties["DefinitionSubstitutions"].as_object().expect("substitutions");
    assert_eq!(given.keys().cloned().collect::<Names>(), used, "given (left) must be used (right)");
    for (name, value) in given {
        match name.strip_suffix("Arn") {
            Some(function) => assert_eq!(value["Fn::GetAtt"], format!("{function}.Arn")),
            None => assert_eq!(value["Ref"], *name),
        }
    }
}

#[test]
fn every_choice_compares_one_field_with_one_literal_of_its_enum() {
    let mut choices = 0;
    for scope in scopes() {
        for (name, state) in scope.states.iter().filter(|(_, state)| state["Type"] == "Choice") {
            assert!(
                state["Default"].is_string(),
                "{name} must have a Default: no match fails the execution unheard"
            );
            for choice in state["Choices"].as_array().expect("Choices") {
                let keys: Names = choice.as_object().expect("a choice").keys().cloned().collect();
                assert_eq!(keys, names(["Next", "StringEquals", "Variable"]), "{name}");
                let literal = choice["StringEquals"].as_str().expect("text");
                let known = literals(choice["Variable"].as_str().expect("text"));
                assert!(known.contains(literal), "{name}: {literal:?} is none of {known:?}");
                choices += 1;
            }
        }
    }
    assert_eq!(choices, 5);
}

fn literals(variable: &str) -> Names {
    fn spelled<T: Serialize>(values: impl IntoIterator<Item = T>) -> Names {
        let spelled =
            |value| serde_json::to_value(value).expect("an enum").as_str().expect("text").to_owned();
        values.into_iter().map(spelled).collect()
    }
    match variable {
        "$.source.kind" => spelled([RevocationKind::Revocation]),
        "$.submission.work" => spelled([Work::Packages, Work::Nothing]),
        "$.scan.state" => spelled([ScanState::InProgress, ScanState::Successful, ScanState::Failed]),
        "$.decision.verdict" => spelled([Verdict::Approved, Verdict::Refused, Verdict::Failed]),
        "$.report.outcome" => spelled([RunOutcome::Completed, RunOutcome::Failed]),
        other => panic!("no enum is known for {other}"),
    }
}

#[test]
fn nothing_but_an_approval_leads_to_publish() {
    let mut ways = vec![];
    for scope in scopes() {
        for (name, state) in &scope.states {
            for choice in state["Choices"].as_array().into_iter().flatten().filter(|c| c["Next"] == "Publish")
            {
                ways.push((choice["Variable"].clone(), choice["StringEquals"].clone()));
            }
            let others = scope.targets(name).iter().filter(|next| **next == "Publish").count();
            let chosen =
                state["Choices"].as_array().into_iter().flatten().filter(|c| c["Next"] == "Publish").count();
            assert_eq!(others, chosen, "{name} must not go to Publish but by a choice");
        }
        assert_ne!(scope.start, "Publish");
    }
    assert_eq!(ways, [(json!("$.decision.verdict"), json!("approved"))]);
}

#[test]
fn every_failure_is_told() {
    for scope in scopes() {
        let teller = ["Notify", "ReportSubmission"].into_iter().find(|name| scope.states.contains_key(*name));
        let teller = teller.expect("every scope tells somebody");
        let callers = scope.states.iter().filter(|(_, s)| matches!(s["Type"].as_str(), Some("Task" | "Map")));
        for (name, state) in callers {
            let [caught] = state["Catch"].as_array().expect("Catch").as_slice() else {
                panic!("{name}: one Catch")
            };
            assert_eq!(caught["ErrorEquals"], json!(["States.ALL"]), "{name}");
            assert_eq!(caught["ResultPath"], "$.failure", "{name}");
            let next = caught["Next"].as_str().expect("a state's name");
            if name == teller {
                assert_eq!(scope.states[next]["Type"], "Fail", "when {name} fails, the execution must fail");
            } else {
                assert_only_ends_through(&scope, next, teller);
            }
        }
        assert_only_ends_through(&scope, &scope.start, teller);
    }
}

/// Whatever way an execution takes from `from`, it does not end before it has been at `teller`.
fn assert_only_ends_through(scope: &Scope, from: &str, teller: &str) {
    for name in scope.reachable(from, teller) {
        assert!(!scope.targets(name).is_empty(), "an execution at {from} can end at {name} without {teller}");
    }
    assert!(scope.reachable(from, "").contains(teller), "{from} never gets to {teller}");
}

#[test]
fn one_retry_block_is_the_same_everywhere() {
    let mut blocks = BTreeSet::new();
    for scope in scopes() {
        for (name, state) in scope.tasks() {
            let [retry] = state["Retry"].as_array().expect(name).as_slice() else {
                panic!("{name}: one Retry")
            };
            let errors: Vec<&str> =
                retry["ErrorEquals"].as_array().expect(name).iter().filter_map(Value::as_str).collect();
            assert!(errors.contains(&domain::Error::transient("").name()), "{name}");
            assert!(!errors.contains(&domain::Error::rejected("").name()), "{name}");
            assert!(
                !errors.iter().any(|error| error.starts_with("States.")),
                "{name}: a rejection must not be retried"
            );
            assert_eq!(retry["JitterStrategy"], "FULL", "{name}");
            blocks.insert(retry.to_string());
        }
    }
    assert_eq!(blocks.len(), 1, "{blocks:#?}");
}

/// What children hand on counts against 256 KiB in the Map, even where the Map drops it (aws-cdk issue 24799).
#[test]
fn no_number_of_packages_fills_the_state() {
    let mut maps = 0;
    for scope in scopes() {
        for (name, map) in scope.states.iter().filter(|(_, state)| state["Type"] == "Map") {
            let written = json!({
                "Resource": "arn:aws:states:::s3:putObject",
                "Parameters": { "Bucket": "${Bucket}", "Prefix": "runs" },
            });
            assert_eq!(map["ResultWriter"], written, "{name}");
            assert_eq!(map.get("ResultPath"), Some(&Value::Null), "{name}");
            let inner = map["ItemProcessor"]["States"].as_object().expect("States");
            let mut ends = inner.iter().filter(|(_, state)| state["Type"] != "Fail" && state["End"] == true);
            let (last, state) = ends.next().expect("the Map's processor ends");
            assert_eq!(state.get("OutputPath"), Some(&Value::Null), "{last} must hand nothing on");
            assert!(ends.next().is_none(), "{name} must end at {last} only");
            assert!(inner.values().all(|state| state["Type"] != "Succeed"), "{name}");
            maps += 1;
        }
    }
    assert_eq!(maps, 1);
    let policies = &resources("AWS::IAM::Role")["StateMachineRole"]["Properties"]["Policies"];
    let statements = policies[0]["PolicyDocument"]["Statement"].as_array().expect("statements");
    let writes = statements.iter().find(|s| s["Resource"]["Fn::Sub"] == "${Bucket.Arn}/runs/*");
    assert!(listed(&writes.expect("runs/ may be written")["Action"]).contains(&&json!("s3:PutObject")));
}

#[test]
fn a_state_waits_longer_than_its_function_may_run() {
    let functions = functions();
    for scope in scopes() {
        for (name, state) in scope.tasks() {
            let function =
                functions[&kebab(called(state))]["Properties"]["Timeout"].as_u64().expect("Timeout");
            let waits = state["TimeoutSeconds"].as_u64().expect("TimeoutSeconds");
            assert!(waits > function, "{name} waits {waits} s for a function that may run {function} s");
        }
    }
}

// --- The crates ------------------------------------------------------------------------------------------------------

fn metadata() -> Metadata {
    MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("cargo metadata")
}

/// The edges that docs/architecture.md draws. Tests may use more, and so may this package, which is one: `adapter-local`
/// is their fake of every port.
fn drawn() -> BTreeMap<String, Names> {
    let mut drawn = BTreeMap::new();
    let mut draw = |from: &str, to: &str| {
        drawn.insert(from.to_owned(), to.split_whitespace().map(str::to_owned).collect::<Names>());
    };
    draw("domain", "");
    draw("archive", "domain");
    draw("scanner", "archive domain");
    draw("adapter-aws", "archive domain");
    draw("adapter-github", "archive domain");
    draw("adapter-local", "archive domain");
    draw("spool", "domain");
    draw("entrypoint", "domain");
    draw("webhook", "domain entrypoint adapter-aws adapter-github");
    draw("parse-request", "domain entrypoint adapter-aws adapter-github");
    draw("fetch-repo", "domain entrypoint adapter-aws archive");
    draw("start-scan", "domain entrypoint adapter-aws scanner spool");
    draw("poll-scan", "domain entrypoint adapter-aws");
    draw("evaluate", "domain entrypoint adapter-aws");
    draw("publish", "archive domain entrypoint adapter-aws adapter-github spool");
    draw("notify", "domain entrypoint adapter-aws adapter-github");
    let stages = "parse-request fetch-repo start-scan poll-scan evaluate publish notify";
    draw("hostile", "adapter-github adapter-local archive domain fetch-repo parse-request scanner");
    draw("cli", &format!("{stages} adapter-local adapter-aws domain scanner"));
    drawn
}

#[test]
fn crates_depend_on_each_other_as_drawn() {
    let metadata = metadata();
    let members: Names = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let mut edges = BTreeMap::new();
    for package in metadata.packages.iter().filter(|package| *package.name != env!("CARGO_PKG_NAME")) {
        let product = package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development);
        let ours = product.filter(|d| members.contains(&d.name)).map(|d| d.name.clone());
        edges.insert(package.name.to_string(), ours.collect::<Names>());
    }
    assert_eq!(edges, drawn(), "the edges there are (left) must be those drawn (right)");
}

#[test]
fn the_command_alone_brings_no_aws_sdk() {
    let metadata = metadata();
    let cli = metadata.packages.iter().find(|package| *package.name == "cli").expect("the package cli");
    for dependency in cli.dependencies.iter().filter(|d| d.name == "adapter-aws") {
        assert!(dependency.optional, "adapter-aws must come into cli with the feature aws only");
    }
}

#[test]
fn one_crate_alone_knows_the_runtime_and_one_the_sdk() {
    let mut users: BTreeMap<&str, Names> = BTreeMap::new();
    for package in metadata().packages {
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            let kind = match name {
                "lambda_runtime" | "lambda_http" | "aws_lambda_events" => "runtime",
                _ if name.starts_with("aws-") => "sdk",
                "tokio" | "reqwest" | "hyper" | "axum" if *package.name == "domain" => {
                    "asynchronous runtime in domain"
                }
                _ => continue,
            };
            if kind != "asynchronous runtime in domain" || dependency.kind == DependencyKind::Normal {
                users.entry(kind).or_default().insert(package.name.to_string());
            }
        }
    }
    assert_eq!(users, BTreeMap::from([("runtime", names(["entrypoint"])), ("sdk", names(["adapter-aws"]))]));
}

#[test]
fn every_main_is_at_most_thirty_lines() {
    let metadata = metadata();
    let binaries = metadata.packages.iter().flat_map(|p| &p.targets).filter(|target| target.is_bin());
    let mut seen = 0;
    for binary in binaries {
        let lines = fs::read_to_string(&binary.src_path).expect("a binary's source").lines().count();
        assert!(
            lines <= 30,
            "{} has {lines} lines: main.rs reads configuration, builds adapters, serves",
            binary.src_path
        );
        seen += 1;
    }
    assert_eq!(seen, folders("crates/functions").len() + 1, "the functions and the command");
}

// --- The template ----------------------------------------------------------------------------------------------------

#[test]
fn no_role_is_wider_than_it_must_be() {
    for (role, resource) in resources("AWS::IAM::Role") {
        let mut seen = 0;
        for policy in resource["Properties"]["Policies"].as_array().expect("inline policies") {
            for statement in policy["PolicyDocument"]["Statement"].as_array().expect("statements") {
                let statement = match statement["Fn::If"].as_array() {
                    Some(branches) => &branches[1],
                    None => statement,
                };
                for action in listed(&statement["Action"]) {
                    let action = action.as_str().expect("an action");
                    assert!(!action.contains('*'), "{role} may {action}");
                    // Neither traces, nor the delivery of logs and the list of their groups, nor a bearer token have resources to
                    // name.
                    let nameless = action.starts_with("xray:")
                        || action == "sts:GetServiceBearerToken" && statement["Condition"].is_object()
                        || role == "StateMachineRole" && action.starts_with("logs:")
                        || action == "logs:DescribeLogGroups";
                    for resource in listed(&statement["Resource"]) {
                        assert!(nameless || *resource != "*", "{role} may {action} on everything");
                    }
                    seen += 1;
                }
            }
        }
        assert!(seen > 0, "{role} may do nothing");
    }
}

fn listed(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}

/// The sample's private repository had the public registry behind it, so that every package went around the scan.
#[test]
fn nothing_leads_around_the_private_repository() {
    for (id, repository) in resources("AWS::CodeArtifact::Repository") {
        let properties = &repository["Properties"];
        assert!(properties["RepositoryName"].is_object(), "{id} has no name: {properties:#}");
        for way in ["ExternalConnections", "Upstreams"] {
            assert!(properties[way].is_null(), "{id} has {way}: whatever they hold was not scanned");
        }
        let policy = properties["PermissionsPolicyDocument"]["Statement"].as_array().expect("a policy");
        let allowed = policy.iter().filter(|statement| statement["Effect"] == "Allow");
        let actions =
            allowed.flat_map(|statement| statement["Action"].as_array().expect("a list of actions"));
        let actions: Vec<_> = actions.filter_map(Value::as_str).collect();
        let reads =
            |action: &&str| ["Describe", "Get", "List", "Read"].iter().any(|verb| action.contains(verb));
        assert!(
            !actions.is_empty() && actions.iter().all(reads),
            "{id} lets the account do more than read: {actions:?}"
        );
    }
}

// --- The events ------------------------------------------------------------------------------------------------------

#[test]
fn every_function_has_an_event_it_understands() {
    let event = |name: &str| -> Value {
        serde_json::from_str(&text(&format!("tests/events/{name}.json")))
            .unwrap_or_else(|e| panic!("{name}: {e}"))
    };
    for name in folders("crates/functions") {
        let event = event(&name);
        match name.as_str() {
            STARTS_THE_MACHINE => assert_is_signed(&event),
            "parse-request" => drop(serde_json::from_value::<ExecutionInput>(event).expect(&name)),
            _ => drop(serde_json::from_value::<Document>(event).expect(&name)),
        }
    }
    let notice = serde_json::from_value::<Notice>(event("report-submission")).expect("report-submission");
    assert!(matches!(notice, Notice::Submission(_)), "{notice:?}");
    let order = serde_json::from_value::<Order>(event("revoke")).expect("revoke");
    assert!(matches!(order, Order::Revoke(_)), "{order:?}");
}

fn assert_is_signed(event: &Value) {
    let mut hmac = Hmac::<sha2::Sha256>::new_from_slice(EVENT_SECRET).expect("any length will do");
    hmac.update(event["body"].as_str().expect("a body").as_bytes());
    let signature = format!("sha256={}", hex::encode(hmac.finalize().into_bytes()));
    assert_eq!(
        event["headers"]["x-hub-signature-256"], signature,
        "the event's signature (left) is not valid"
    );
    assert_eq!(event["version"], "2.0");
    assert_eq!(event["isBase64Encoded"], false);
}
