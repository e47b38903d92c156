//! Every action that a role allows is needed: without it the run fails, and nothing is published.
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

use std::collections::BTreeMap;

use e2e::{Package, Scanner, World, block_on};
use serde_json::{Value, json};

/// The roles' actions that a run with one clean package needs, as far as the emulator enforces them: not KMS, X-Ray and
/// the log, and CodeArtifact is a stand-in.
const NEEDED: [(&str, &str); 15] = [
    ("Webhook", "secretsmanager:GetSecretValue"),
    ("Webhook", "states:StartExecution"),
    ("ParseRequest", "secretsmanager:GetSecretValue"),
    ("ParseRequest", "s3:PutObject"),
    ("FetchRepo", "s3:PutObject"),
    ("StartScan", "s3:GetObject"),
    ("StartScan", "s3:PutObject"),
    ("Evaluate", "s3:GetObject"),
    ("Evaluate", "s3:PutObject"),
    ("Publish", "s3:GetObject"),
    ("Notify", "s3:PutObject"),
    ("Notify", "s3:ListBucket"),
    ("Notify", "s3:GetObject"),
    ("Notify", "sns:Publish"),
    ("Notify", "secretsmanager:GetSecretValue"),
];

#[test]
fn role_without_an_action_fails_the_run() {
    let world = block_on(World::start(Scanner::Builtin)).unwrap();
    let roles = roles(&world);
    block_on(async {
        let (went_well, published) = run(&world, &Package::clean("with-every-action")).await;
        assert!(went_well && published, "the emulator's log:\n{}", world.emulator.log());
        for (n, (function, action)) in NEEDED.into_iter().enumerate() {
            let role = &roles[&format!("{function}Role")];
            let policy = take_away(&world, role, action);
            world.cool().await.unwrap();
            let (went_well, published) = run(&world, &Package::clean(&format!("without-{n}"))).await;
            assert!(!went_well, "the run went well although {function} lacks {action}");
            assert!(
                function == "Notify" || !published,
                "{function} lacks {action}, and yet it was published"
            );
            put_policy(&world, role, &policy);
        }
        // It was the missing action each time and nothing else.
        world.cool().await.unwrap();
        assert_eq!(run(&world, &Package::clean("with-every-action-again")).await, (true, true));
    });
}

/// Pushes a row for the package; tells whether the run said that all is well, and whether the package was published.
async fn run(world: &World, package: &Package) -> (bool, bool) {
    let csv = format!("{},{}\n", package.name, world.offer(package));
    let run = world.push(&csv).await;
    let messages = world.take_messages().await.unwrap();
    let approved = messages.iter().filter(|m| m.attributes["verdict"] == "approved").count();
    let published = world.published(&package.name, &package.version()).await.unwrap().is_some();
    let succeeded = run.is_ok_and(|(run, _)| run.status == "SUCCEEDED");
    (succeeded && approved == 2, published)
}

/// The stack's roles: their names by logical id.
fn roles(world: &World) -> BTreeMap<String, String> {
    let said =
        world.aws.cli(&["cloudformation", "describe-stack-resources", "--stack-name", "airlock"]).unwrap();
    let resources: Value = serde_json::from_str(&said).unwrap();
    let text = |resource: &Value, key: &str| resource[key].as_str().unwrap_or_default().to_owned();
    let roles = resources["StackResources"].as_array().unwrap().iter();
    roles
        .filter(|resource| resource["ResourceType"] == "AWS::IAM::Role")
        .map(|resource| (text(resource, "LogicalResourceId"), text(resource, "PhysicalResourceId")))
        .collect()
}

/// Removes the action from the role's own policy; gives the policy as it was.
fn take_away(world: &World, role: &str, action: &str) -> Value {
    let names = world.aws.cli(&["iam", "list-role-policies", "--role-name", role]).unwrap();
    let names: Value = serde_json::from_str(&names).unwrap();
    let [name] = &names["PolicyNames"].as_array().unwrap()[..] else {
        panic!("{role} has not one policy: {names}")
    };
    let name = name.as_str().unwrap();
    let said =
        world.aws.cli(&["iam", "get-role-policy", "--role-name", role, "--policy-name", name]).unwrap();
    let policy: Value = serde_json::from_str(&said).unwrap();
    let mut less = policy.clone();
    let statements = less["PolicyDocument"]["Statement"].as_array_mut().unwrap();
    let mut removed = 0;
    for statement in statements.iter_mut() {
        let actions = match statement["Action"].take() {
            Value::Array(actions) => actions,
            one => vec![one],
        };
        let kept: Vec<_> = actions.iter().filter(|given| *given != action).cloned().collect();
        removed += actions.len() - kept.len();
        statement["Action"] = json!(kept);
    }
    statements.retain(|statement| statement["Action"] != json!([]));
    assert!(removed > 0, "the role {role} does not allow {action}");
    put_policy(world, role, &less);
    policy
}

fn put_policy(world: &World, role: &str, policy: &Value) {
    let (name, document) = (policy["PolicyName"].as_str().unwrap(), policy["PolicyDocument"].to_string());
    let arguments = ["--role-name", role, "--policy-name", name, "--policy-document", &document];
    world.aws.cli(&[&["iam", "put-role-policy"][..], &arguments].concat()).unwrap();
}
