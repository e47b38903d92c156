//! The sample events of `tests/events`, each through the Runtime API to the real function. (`architecture.rs` reads them
//! with the functions' own types.)

#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

use std::{fs, path::Path};

use e2e::{REQUEST_PATH, Scanner, World, block_on};
use serde_json::Value;

const EVENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/events");
const COMMIT: &str = "2222222222222222222222222222222222222222";

/// The function's answer, or its error, to `<event>.json`.
fn invoke(world: &World, function: &str, event: &str) -> Value {
    let payload = format!("fileb://{EVENTS}/{event}.json");
    let answer = world.file("answer.json").display().to_string();
    let name = format!("airlock-{function}");
    let arguments = ["lambda", "invoke", "--function-name", &name, "--payload", &payload, &answer];
    world.aws.cli(&arguments).unwrap();
    serde_json::from_slice(&fs::read(answer).unwrap()).unwrap()
}

fn is_rejected(answer: &Value, about: &str) -> bool {
    answer["errorType"] == "Rejected"
        && answer["errorMessage"].as_str().is_some_and(|text| text.contains(about))
}

#[test]
fn every_event_reaches_its_function() {
    let world = block_on(World::start(Scanner::Builtin)).unwrap();
    let arn = world.stack.output("WebhookSecretArn").unwrap();
    let secret =
        ["secretsmanager", "put-secret-value", "--secret-id", arn, "--secret-string", "airlock-test-secret"];
    world.aws.cli(&secret).unwrap();
    world.github.commit_as(COMMIT, REQUEST_PATH, "");
    let events = fs::read_dir(Path::new(EVENTS)).unwrap().map(|entry| entry.unwrap().path());
    let mut tried = 0;
    for path in events.filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let event = path.file_stem().unwrap().to_str().unwrap();
        let function = match event {
            "report-submission" => "notify",
            "revoke" => "publish",
            own => own,
        };
        let answer = invoke(&world, function, event);
        // What an event refers to is not there: the stages must say so, and judge nothing.
        let right = match event {
            "webhook" => answer["statusCode"] == 202,
            "parse-request" => answer["work"] == "packages",
            "fetch-repo" => is_rejected(&answer, "github.com"),
            "start-scan" => is_rejected(&answer, "artifacts/"),
            "publish" => is_rejected(&answer, "decisions/"),
            "poll-scan" => answer["errorType"].is_string(),
            "evaluate" => answer["verdict"] == "failed",
            "notify" => answer["outcome"] == "completed",
            "revoke" => is_rejected(&answer, "nothing was approved as demo"),
            "report-submission" => answer["outcome"] == "failed",
            _ => panic!("nothing is known about {event}.json"),
        };
        assert!(right, "{event}: {answer:#}");
        tried += 1;
    }
    assert_eq!(tried, 10);
    let messages = block_on(world.take_messages()).unwrap();
    assert!(
        messages.iter().any(|m| m.attributes.get("package").is_some_and(|name| name == "demo")),
        "{messages:#?}"
    );
    let statuses = world.github.statuses(COMMIT);
    assert!(
        statuses.iter().any(|s| s["description"].as_str().unwrap().contains("the run failed")),
        "{statuses:?}"
    );
}
