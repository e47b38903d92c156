use std::collections::BTreeSet;

use crate::{desk::Desk, page::Page};

/// What is done with a command of the documentation.
enum Seen {
    /// It belongs to every later command of its page.
    Before,
    /// It is run here, ends like this and says this.
    Run(i32, &'static str),
    /// It is started here and goes on.
    Serve,
    /// It is not run here, and this is why.
    Not(&'static str),
}
use Seen::{Before, Not, Run, Serve};

const ACCOUNT: &str = "needs an account of AWS";
const CARGO: &str = "is cargo, which runs this very test or takes too long beside it";

/// Every command: its page, its first line, what is seen. In the order of the pages, the removal last.
const COMMANDS: &[(&str, &str, Seen)] = &[
    ("README.md", "cargo run --release -- run examples/public-package-request.csv", Run(1, "refused")),
    ("README.md", "cargo run --release -- serve", Not("docs/testing-and-validation.md has it with a port")),
    ("README.md", "cargo test --workspace", Not(CARGO)),
    (
        "README.md",
        "cargo bench -p fetch-repo                          # a 1 GiB download beside curl: speed and peak memory",
        Not(CARGO),
    ),
    ("README.md", "sam build", Not(ACCOUNT)),
    (
        "README.md",
        "pip install requests==2.32.3",
        Not("needs packages of public registries; tests/tests/clients.rs runs all three on its own"),
    ),
    (
        "README.md",
        "aws stepfunctions start-execution --state-machine-arn \"$STATE_MACHINE_ARN\" --input \\",
        Run(0, "execution:airlock:"),
    ),
    (
        "docs/deployment.md",
        "aws ec2 describe-managed-prefix-lists --query 'PrefixLists[0].PrefixListId' --output text \\",
        Run(0, "pl-"),
    ),
    ("docs/deployment.md", "sam deploy --config-env networking", Not(ACCOUNT)),
    (
        "docs/testing-and-validation.md",
        "cargo run --release -- run examples/public-package-request.csv",
        Run(1, "refused"),
    ),
    ("docs/testing-and-validation.md", "cargo run --release -- serve --port 8070", Serve),
    (
        "docs/testing-and-validation.md",
        "aws codeartifact list-packages --domain airlock --repository approved \\",
        Run(0, "\"packages\""),
    ),
    ("docs/testing-and-validation.md", "cargo test -p e2e --test pipeline --test operations", Not(CARGO)),
    // There is no such host here, which is said.
    ("docs/testing-and-validation.md", "stacks/try airlock", Run(2, "hello-world failed")),
    (
        "docs/testing-and-validation.md",
        "stacks/try airlock \"langchain,https://github.com/langchain-ai/langchain/archive/refs/heads/master.zip\"",
        Run(2, "langchain failed"),
    ),
    ("docs/testing-and-validation.md", "aws s3 cp \"$RECORD\" -", Run(0, "\"verdict\": \"approved\"")),
    (
        "docs/testing-and-validation.md",
        "git add public-package-request.csv",
        Not("pushes to GitHub; tests/tests/pipeline.rs delivers pushes"),
    ),
    (
        "docs/testing-and-validation.md",
        "aws stepfunctions list-executions --max-items 3 --query 'executions[].[status,name]' --output text \\",
        Run(0, "SUCCEEDED"),
    ),
    (
        "docs/testing-and-validation.md",
        "pip install requests",
        Not("needs a notebook in an account of AWS; tests/tests/clients.rs has real pips and npms install"),
    ),
    (
        "docs/testing-and-validation.md",
        "aws codeartifact get-package-version-asset --domain airlock --repository approved --format generic \\",
        Run(0, "assetName"),
    ),
    (
        "docs/testing-and-validation.md",
        "pip install a-package-nobody-asked-for",
        Not("needs a notebook without internet"),
    ),
    (
        "docs/testing-and-validation.md",
        "aws codeartifact login --tool pip --domain airlock --repository approved",
        Run(0, "Successfully configured pip"),
    ),
    (
        "docs/testing-and-validation.md",
        "stacks/try airlock --revoke \"$PACKAGE\" --reason 'a test of the revocation'",
        Run(0, "revoked adder"),
    ),
    ("docs/operations.md", "output() {", Before),
    (
        "docs/operations.md",
        "aws stepfunctions list-executions --state-machine-arn \"$(output StateMachineArn)\" --status-filter FAILED \\",
        Run(0, "execution:airlock:"),
    ),
    (
        "docs/operations.md",
        "aws stepfunctions get-execution-history --execution-arn \"$RUN\" --reverse-order --max-items 5 \\",
        Run(0, "\"failure\""),
    ),
    (
        "docs/operations.md",
        "aws logs filter-log-events --log-group-name /aws/lambda/airlock-webhook --filter-pattern '{ $.level = \"ERROR\" }' \\",
        Run(0, ""),
    ),
    (
        "docs/operations.md",
        "aws logs filter-log-events --log-group-name /aws/vendedlogs/airlock/api --filter-pattern '{ $.status = \"401\" }' \\",
        Run(0, ""),
    ),
    (
        "docs/operations.md",
        "aws logs filter-log-events --log-group-name /aws/lambda/airlock-notify --filter-pattern '{ $.level = \"ERROR\" }' \\",
        Run(0, ""),
    ),
    (
        "docs/operations.md",
        "aws sns list-subscriptions-by-topic --topic-arn \"$(output TopicArn)\" \\",
        Run(0, ":messages"),
    ),
    (
        "docs/operations.md",
        "aws sqs receive-message --queue-url \"$(output UndeliveredMessagesUrl)\" --max-number-of-messages 10 \\",
        Run(0, "This waited."),
    ),
    ("docs/operations.md", "stacks/redeliver airlock", Run(0, "1 messages sent once more")),
    (
        "docs/operations.md",
        "aws lambda get-account-settings --query 'AccountLimit.[ConcurrentExecutions,UnreservedConcurrentExecutions]'",
        Run(0, "["),
    ),
    (
        "docs/operations.md",
        "aws stepfunctions list-executions --state-machine-arn \"$(output StateMachineArn)\" --status-filter RUNNING \\",
        Run(0, ""),
    ),
    ("docs/operations.md", "stacks/try airlock --again \"$RUN\"", Run(2, "the run failed")),
    (
        "docs/operations.md",
        "stacks/try airlock --revoke \"$PACKAGE\" --version \"$VERSION\" --reason 'a backdoor was found upstream'",
        Run(0, "revoked adder"),
    ),
    (
        "docs/operations.md",
        "aws secretsmanager put-secret-value --secret-id \"$(output GitHubTokenArn)\" --secret-string file://token.txt",
        Run(0, "VersionId"),
    ),
    (
        "docs/operations.md",
        "aws secretsmanager put-secret-value --secret-id \"$(output WebhookSecretArn)\" --secret-string \\",
        Run(0, "VersionId"),
    ),
    (
        "docs/operations.md",
        "aws secretsmanager get-secret-value --secret-id \"$(output WebhookSecretArn)\" --query SecretString --output text",
        Run(0, ""),
    ),
    ("docs/operations.md", "cargo run --release -- rules test crates/scanner/rules", Run(0, "rules")),
    ("docs/operations.md", "sam build && sam deploy", Not(ACCOUNT)),
    (
        "docs/clean-up.md",
        "bucket=$(aws cloudformation describe-stacks --stack-name airlock --output text \\",
        Run(0, "kept/decisions/adder"),
    ),
    // Nobody answers.
    (
        "docs/clean-up.md",
        "stacks/remove airlock-data-science airlock airlock-networking",
        Run(1, "nothing was removed"),
    ),
    (
        "docs/clean-up.md",
        "publisher=$(aws cloudformation describe-stacks --stack-name airlock --output text \\",
        Not(ACCOUNT),
    ),
    (
        "docs/clean-up.md",
        "stacks/remove --yes --account \"$ACCOUNT\" --region \"$AWS_REGION\" --delete-packages --release-address \\",
        Run(0, "removed networking"),
    ),
];

fn key<'a>(page: &'a Page, block: &'a str) -> (&'a str, &'a str) {
    (page.name.as_str(), block.lines().next().unwrap())
}

#[test]
fn every_command_of_the_documentation_is_run_or_named_with_a_reason() {
    let pages = Page::all();
    let shown = |page: &'static str, first: &'static str| {
        let page = pages.iter().find(|candidate| candidate.name == page).unwrap();
        let blocks = page.fenced("sh");
        let found =
            blocks.into_iter().filter(|block| block.lines().next() == Some(first)).collect::<Vec<_>>();
        found.first().map(|&block| block.to_owned())
    };
    let named: BTreeSet<_> = COMMANDS.iter().map(|(page, first, _)| (*page, *first)).collect();
    let blocks =
        pages.iter().flat_map(|page| page.fenced("sh").into_iter().map(move |block| key(page, block)));
    let unnamed: Vec<_> = blocks.filter(|block| !named.contains(block)).collect();
    assert!(unnamed.is_empty(), "nothing is known about these: {unnamed:#?}");

    let mut desk = Desk::new();
    let mut before = (String::new(), "");
    for (page, first, seen) in COMMANDS {
        let block = shown(page, first).unwrap_or_else(|| panic!("{page} has no longer: {first}"));
        match seen {
            Before => before = (block, page),
            Serve => desk.serve(&block),
            Not(reason) => assert!(!reason.is_empty()),
            Run(status, says) => {
                let definitions = if before.1 == *page { before.0.as_str() } else { "" };
                let (ended, said) = desk.run(&format!("{definitions}\n{block}"));
                assert!(ended == *status && said.contains(says), "{page}: {first}: {ended}, {said}");
            }
        }
        if first.starts_with("stacks/redeliver") {
            let subjects = desk.subjects();
            let waited = subjects.iter().filter(|subject| *subject == "Airlock: waited").count();
            assert_eq!(waited, 1, "{subjects:?}");
        }
    }
    assert!(desk.has(".airlock/outbox") && desk.has("kept/decisions/adder") && desk.has("adder.zip"));
}
