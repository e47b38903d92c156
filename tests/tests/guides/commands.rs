use std::collections::BTreeSet;

use crate::{
    desk::{ALARM, Desk, WAITED},
    page::Page,
};

/// What is done with a command of the documentation.
enum Seen {
    /// It belongs to every later command of its page.
    Before,
    /// It is run here, ends like this and says this.
    Run(i32, &'static str),
    /// It is run in this account of the emulator, ends well and says this.
    In(&'static str, &'static str),
    /// It is started here and goes on.
    Serve,
    /// It is not run here, and this is why.
    Not(&'static str),
}
use Seen::{Before, In, Not, Run, Serve};

/// The accounts of those who try the pipeline alone, and who have everything in one. The three others have profiles.
const TRIAL: &str = "444444444444";
const ONE: &str = "555555555555";
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
    ("README.md", "sam build", In(TRIAL, "created/updated stack - airlock in")),
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
    // There is no organisation here, which is said.
    (
        "docs/deployment.md",
        "aws ram enable-sharing-with-aws-organization",
        Run(255, "calling the EnableSharingWithAwsOrganization operation"),
    ),
    (
        "docs/deployment.md",
        "sam deploy --config-env networking",
        In(ONE, "created/updated stack - airlock-networking in"),
    ),
    ("docs/deployment.md", "sam build", In(ONE, "created/updated stack - airlock in")),
    (
        "docs/deployment.md",
        "sam deploy --config-env data-science --parameter-overrides S3PrefixList=pl-…",
        In(ONE, "created/updated stack - airlock-data-science in"),
    ),
    (
        "docs/deployment.md",
        "sam deploy --profile networking --config-env networking \\",
        Run(0, "created/updated stack - airlock-networking in"),
    ),
    (
        "docs/deployment.md",
        "sam build && sam deploy --profile infosec --parameter-overrides Repository=OWNER/NAME \\",
        Run(0, "created/updated stack - airlock in"),
    ),
    (
        "docs/deployment.md",
        "sam deploy --profile networking --config-env networking --parameter-overrides SpokeAttachmentId=tgw-attach-…",
        Run(0, "created/updated stack - airlock-networking in"),
    ),
    (
        "docs/deployment.md",
        "sam deploy --profile data-science --config-env data-science \\",
        Run(0, "created/updated stack - airlock-data-science in"),
    ),
    (
        "docs/deployment.md",
        "aws secretsmanager put-secret-value --secret-id \"$GITHUB_TOKEN_ARN\" --secret-string file://token.txt",
        Run(0, "VersionId"),
    ),
    (
        "docs/deployment.md",
        "aws secretsmanager get-secret-value --secret-id \"$WEBHOOK_SECRET_ARN\" --query SecretString --output text",
        Run(0, ""),
    ),
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
    ("docs/operations.md", "stacks/redeliver airlock", Run(0, "2 messages sent once more")),
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
    ("docs/operations.md", "sam build && sam deploy", In(ONE, "Stack airlock is up to date")),
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
        Not("changes a policy of CodeArtifact, which neither the emulator nor `airlock serve` has"),
    ),
    (
        "docs/clean-up.md",
        "stacks/remove --yes --account \"$ACCOUNT\" --region \"$AWS_REGION\" --delete-packages --release-address \\",
        Run(0, "removed networking"),
    ),
];

/// The programs whose commands are told from other words between backquotes.
const PROGRAMS: [&str; 7] = ["aws", "sam", "cargo", "pip", "npm", "git", "stacks/"];
/// Commands within a sentence that stand in no block, and why they need not.
const MENTIONED: &[(&str, &str)] = &[
    (
        "pip install git+https://github.com/ORG/langchain.git@TAG",
        "tests/tests/git_target has a real pip do it",
    ),
    ("stacks/try airlock --revoke PACKAGE", "docs/operations.md has it whole"),
    ("aws kms cancel-key-deletion", "the emulator's keys are never deleted; named, not told to be run"),
    ("sam delete", "not told to be run; tests/tests/operations.rs clears up after a stack that was deleted"),
    ("aws stepfunctions stop-execution", "a run hours old is not to be had in a test"),
    ("cargo test -p e2e --test stacks", CARGO),
    ("cargo test -p e2e --test network --test hardening --test templates", CARGO),
    ("cargo test -p e2e --test permissions", CARGO),
    ("cargo fuzz", "needs a nightly compiler; the tests replay its seeds"),
    ("git cat-file", "how figures were had, not told to be run"),
    ("pip download", "how figures were had, not told to be run"),
    ("pip download --no-deps --only-binary=:all:", "how figures were had, not told to be run"),
    ("npm pack", "how figures were had, not told to be run"),
];

#[test]
fn every_command_within_a_sentence_is_in_a_block_or_named_with_a_reason() {
    let pages = Page::all();
    let blocks: Vec<_> = pages.iter().flat_map(|page| page.fenced("sh")).flat_map(str::lines).collect();
    let is_command = |text: &&str| {
        let program = PROGRAMS.iter().any(|program| text.starts_with(program));
        program && text.contains(' ') && !text.ends_with(' ')
    };
    let found: BTreeSet<_> = pages.iter().flat_map(Page::inline).filter(is_command).collect();
    let in_no_block = found.into_iter().filter(|text| !blocks.iter().any(|line| line.starts_with(text)));
    let mentioned: Vec<_> = MENTIONED.iter().map(|(text, _)| *text).collect();
    assert_eq!(in_no_block.collect::<BTreeSet<_>>(), mentioned.into_iter().collect());
}

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
            In(account, says) => {
                let (ended, said) = desk.run_in(account, &block);
                assert!(ended == 0 && said.contains(says), "{page}: {first}: {ended}, {said}");
            }
            Run(status, says) => {
                let definitions = if before.1 == *page { before.0.as_str() } else { "" };
                let (ended, said) = desk.run(&format!("{definitions}\n{block}"));
                assert!(ended == *status && said.contains(says), "{page}: {first}: {ended}, {said}");
            }
        }
        if (*page, *first) == ("README.md", "sam build") {
            desk.try_in(TRIAL);
        }
        if first.starts_with("stacks/redeliver") {
            let subjects = desk.subjects();
            let waited = subjects.iter().filter(|subject| *subject == WAITED).count();
            assert!(waited == 1 && !subjects.iter().any(|subject| subject == ALARM), "{subjects:?}");
        }
    }
    assert!(desk.has(".airlock/outbox") && desk.has("kept/decisions/adder") && desk.has("adder.zip"));
}
