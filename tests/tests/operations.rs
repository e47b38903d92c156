//! The platform engineer's two commands, `stacks/try` and `stacks/remove`, on the three stacks in the emulator: what they
//! print, how they end, and that nothing is left behind but what they say.
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

use std::{io::Write as _, process::Stdio};

use e2e::{Account, DATA_SCIENCE, Package, REGION, Scanner, Stack, World, block_on};
use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const ACCOUNT: &str = "000000000000";
const STACKS: [&str; 3] = ["data-science", "airlock", "networking"];

/// What there may be of the stacks: what is asked, and what of the answer is not the emulator's own.
const INVENTORY: [(&str, &str); 21] = [
    ("apigatewayv2 get-apis", "Items[].ApiId"),
    ("cloudformation describe-stacks", "Stacks[].StackName"),
    ("cloudwatch describe-alarms", "MetricAlarms[].AlarmName"),
    ("cloudwatch list-dashboards", "DashboardEntries[].DashboardName"),
    ("ec2 describe-internet-gateways", "InternetGateways[?Tags[0]].InternetGatewayId"),
    ("ec2 describe-route-tables", "RouteTables[?Tags[0]].RouteTableId"),
    ("ec2 describe-security-groups", "SecurityGroups[?GroupName != `default`].GroupName"),
    ("ec2 describe-subnets", "Subnets[?!DefaultForAz].SubnetId"),
    ("ec2 describe-vpc-endpoints", "VpcEndpoints[].ServiceName"),
    ("ec2 describe-vpcs", "Vpcs[?!IsDefault].VpcId"),
    ("iam list-policies --scope Local", "Policies[].PolicyName"),
    ("iam list-roles", "Roles[].RoleName"),
    ("kms list-aliases", "Aliases[].AliasName"),
    ("lambda list-functions", "Functions[].FunctionName"),
    ("logs describe-log-groups", "logGroups[].logGroupName"),
    ("logs describe-metric-filters", "metricFilters[].filterName"),
    ("s3api list-buckets", "Buckets[?Name != `deployment-artifacts`].Name"),
    ("secretsmanager list-secrets", "SecretList[].Name"),
    ("sns list-topics", "Topics[].TopicArn"),
    ("sqs list-queues", "QueueUrls[?!ends_with(@, `/messages`)]"),
    ("stepfunctions list-state-machines", "stateMachines[].name"),
];

/// What a command said, and how it ended.
#[derive(Debug)]
struct Ended {
    status: i32,
    results: String,
    progress: String,
}

/// The operator at the keyboard, in the account.
struct Operator<'a> {
    world: &'a World,
    account: Account,
}

impl Operator<'_> {
    /// Runs a command of `stacks/` and types `answers`.
    fn run(&self, command: &str, arguments: &[&str], answers: &[&str]) -> Ended {
        let mut program = self.world.aws.program(format!("{ROOT}/stacks/{command}"));
        program.args(arguments).env("AWS_REGION", REGION);
        let elsewhere = ["CLOUDFORMATION", "CODEARTIFACT", "SAGEMAKER", "SFN"];
        for service in &elsewhere[..if command == "remove" { 4 } else { 3 }] {
            program.env(format!("AWS_ENDPOINT_URL_{service}"), self.account.url());
        }
        let piped = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        // A command that ends before it reads its answers closes the pipe.
        let _ = child.stdin.take().unwrap().write_all((answers.join("\n") + "\n").as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let status = output.status.code().unwrap();
        Ended { status, results: text(&output.stdout), progress: text(&output.stderr) }
    }

    fn ask(&self, question: &str, query: &str) -> Vec<String> {
        let arguments: Vec<_> = question.split(' ').chain(["--query", query]).collect();
        let said = self.world.aws.cli(&arguments).unwrap();
        serde_json::from_str::<Option<Vec<String>>>(&said).unwrap().unwrap_or_default()
    }

    fn inventory(&self) -> Vec<(&'static str, Vec<String>)> {
        INVENTORY.iter().map(|(question, query)| (*question, self.ask(question, query))).collect()
    }
}

#[test]
fn deploy_try_remove_and_nothing_is_left() {
    let world = block_on(World::start(Scanner::Builtin)).unwrap();
    let account = block_on(Account::start(world.emulator.url())).unwrap();
    let operator = Operator { world: &world, account };
    let notebooks = ("data-science", "stacks/data-science.yaml");
    Stack::deploy_file(&world.aws, &world.file(""), notebooks, &DATA_SCIENCE).unwrap();
    try_tells_each_verdict(&operator);
    let [address, spare] = what_the_emulator_cannot_make(&operator);
    for (question, found) in operator.inventory() {
        assert!(!found.is_empty(), "{question} shows nothing of the stacks, so it can miss nothing");
    }
    nothing_is_removed_without_a_yes(&operator);
    packages_and_address_stay_without_a_further_yes(&operator, &address, &spare);
    removal_goes_on_where_it_failed(&operator, &address);
    nothing_is_left(&operator);
}

fn try_tells_each_verdict(operator: &Operator<'_>) {
    let (clean, hostile) = (Package::clean("adder"), Package::hostile("stealer"));
    let row = |package: &Package| format!("{},{}", package.name, operator.world.offer(package));
    let (good, bad) = (row(&clean), row(&hostile));

    let approved = operator.run("try", &["airlock", &good, "--requester", "grace@example.invalid"], &[]);
    assert_eq!(approved.status, 0, "{approved:#?}");
    let line = |start: &str| approved.results.lines().find_map(|line| line.trim().strip_prefix(start));
    assert_eq!(approved.results.lines().next(), Some("adder approved"));
    let bucket = operator.world.stack.output("BucketName").unwrap();
    let record = line(&format!("record   s3://{bucket}/")).unwrap();
    let record: Value = serde_json::from_slice(&block_on(operator.world.object(record)).unwrap()).unwrap();
    assert_eq!(
        (&record["verdict"], &record["requester"]),
        (&"approved".into(), &"grace@example.invalid".into())
    );
    let install: Vec<_> = line("install  aws codeartifact ").unwrap().split(' ').collect();
    let file = operator.world.file("adder.zip").display().to_string();
    let arguments = [&["codeartifact"][..], &install[..install.len() - 1], &[&file]].concat();
    operator.world.aws.cli_at(&operator.world.private_repository(), &arguments).unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), clean.bytes);

    let refused = operator.run("try", &["airlock", &good, &bad], &[]);
    assert_eq!(refused.status, 1, "{refused:#?}");
    assert!(refused.results.contains("stealer refused\n  reason   critical "), "{}", refused.results);
    assert!(refused.results.contains("adder approved\n") && !refused.results.contains("--package stealer"));

    let failed =
        operator.run("try", &["airlock", "nowhere,https://unreachable.example.invalid/x.zip", &good], &[]);
    assert_eq!(failed.status, 2, "{failed:#?}");
    assert!(failed.results.contains("nowhere failed\n  reason   "), "{}", failed.results);
    let run = failed.progress.trim().strip_prefix("started ").unwrap();
    let again = operator.run("try", &["airlock", "--again", run], &[]);
    assert_eq!((again.status, &again.results), (2, &failed.results), "{again:#?}");

    for (arguments, about) in [
        (&["airlock", "no-url"][..], "give NAME,URL"),
        (&["nowhere"], "does not exist"),
        (&["networking"], "no output StateMachineArn"),
        (&["airlock", "--revoke", "adder"], "belong together"),
        (&["airlock", "--revoke", "never-seen", "--reason", "a test"], "not revoked: "),
    ] {
        let told = operator.run("try", arguments, &[]);
        assert!(told.status == 2 && told.progress.contains(about) && told.results.is_empty(), "{told:#?}");
    }
}

/// A Studio with somebody in it, packages, and two addresses; gives the addresses.
fn what_the_emulator_cannot_make(operator: &Operator<'_>) -> [String; 2] {
    let Operator { world, account } = operator;
    account.add_studio(&["Domain", "App", "Space", "UserProfile"]);
    account.add_resource("data-science", "AWS::SageMaker::Domain", "d-example");
    let vpcs = "Vpcs[?Tags[?Value == `data-science`]].VpcId";
    let [vpc] = &operator.ask("ec2 describe-vpcs", vpcs)[..] else { panic!("not one VPC of the notebooks") };
    let groups = ["inbound", "outbound"].map(|way| {
        let name = format!("security-group-for-{way}-nfs-d-example");
        let make = ["ec2", "create-security-group", "--description", "made by SageMaker", "--vpc-id", vpc];
        let said = world.aws.cli(&[&make[..], &["--group-name", &name]].concat()).unwrap();
        serde_json::from_str::<Value>(&said).unwrap()["GroupId"].as_str().unwrap().to_owned()
    });
    for (way, own, other) in [("ingress", &groups[0], &groups[1]), ("egress", &groups[1], &groups[0])] {
        let call = format!("authorize-security-group-{way}");
        let rule = format!("IpProtocol=tcp,FromPort=2049,ToPort=2049,UserIdGroupPairs=[{{GroupId={other}}}]");
        world.aws.cli(&["ec2", &call, "--group-id", own, "--ip-permissions", &rule]).unwrap();
    }

    account.add_packages(&["domain", "approved", "of-somebody-else"]);
    let arn = |kind: &str| format!("arn:aws:codeartifact:{REGION}:{ACCOUNT}:{kind}");
    account.add_resource("airlock", "AWS::CodeArtifact::Domain", &arn("domain/airlock"));
    account.add_resource("airlock", "AWS::CodeArtifact::Repository", &arn("repository/airlock/approved"));

    for _ in 0..2 {
        world.aws.cli(&["ec2", "allocate-address", "--domain", "vpc"]).unwrap();
    }
    let addresses = operator.ask("ec2 describe-addresses", "Addresses[].PublicIp");
    for address in &addresses {
        account.add_resource("networking", "AWS::EC2::EIP", address);
    }
    addresses.try_into().unwrap()
}

fn nothing_is_removed_without_a_yes(operator: &Operator<'_>) {
    let before = operator.inventory();
    operator.account.take_changes();
    for (arguments, answers, status, about) in [
        (&["airlock"][..], &["airlock-"][..], 1, "nothing was removed"),
        (&["airlock", "networking"], &["airlock"], 1, "nothing was removed"),
        (&["airlock", "--account", "123456789012"], &["airlock"], 2, "not of 123456789012"),
        (
            &["airlock", "--region", "eu-north-1"],
            &["airlock"],
            2,
            "no stack airlock in account 000000000000, eu-north-1",
        ),
        (&["airlock", "--yes"], &[], 2, "give --account and --region"),
        (
            &["airlock", "--yes", "--account", "123456789012", "--region", REGION],
            &[],
            2,
            "not of 123456789012",
        ),
        (&["airlock", "airlok"], &["airlock", "airlok"], 2, "there is no stack airlok"),
        (&["deployment"], &["deployment"], 2, "is not a stack of Airlock"),
    ] {
        if arguments == ["deployment"] {
            another_stack(operator);
        }
        let told = operator.run("remove", arguments, answers);
        assert!(told.status == status && told.progress.contains(about), "{arguments:?}: {told:#?}");
    }
    for call in [&["delete-stack"][..], &["wait", "stack-delete-complete"]] {
        let arguments = [&["cloudformation"], call, &["--stack-name", "deployment"]].concat();
        operator.world.aws.cli(&arguments).unwrap();
    }
    protected_or_at_work_it_stays(operator);
    assert_eq!(operator.account.take_changes(), Vec::<String>::new());
    assert_eq!(operator.inventory(), before);
}

fn protected_or_at_work_it_stays(operator: &Operator<'_>) {
    let protect = |how: &str| {
        let call = ["cloudformation", "update-termination-protection", "--stack-name", "networking", how];
        operator.world.aws.cli(&call).unwrap();
    };
    protect("--enable-termination-protection");
    let told = operator.run("remove", &["networking"], &["networking"]);
    assert!(told.status == 2 && told.progress.contains("networking is protected"), "{told:#?}");
    protect("--no-enable-termination-protection");

    operator.account.set_running(Some("arn:of-a-run"));
    let told = operator.run("remove", &["networking", "airlock"], &["networking", "airlock"]);
    assert!(told.status == 2 && told.progress.contains("--execution-arn arn:of-a-run"), "{told:#?}");
    operator.account.set_running(None);
}

/// A stack that is not ours.
fn another_stack(operator: &Operator<'_>) {
    let file = operator.world.file("another.yaml");
    let template = "Description: Somebody's topic\nResources: { Topic: { Type: AWS::SNS::Topic } }\n";
    std::fs::write(&file, template).unwrap();
    let file = file.display().to_string();
    let deploy = ["cloudformation", "deploy", "--template-file", &file, "--stack-name", "deployment"];
    operator.world.aws.cli(&deploy).unwrap();
}

/// The states of the stacks' keys, in the order of their stacks.
fn keys(operator: &Operator<'_>) -> Vec<String> {
    let keys = operator.ask("kms list-keys", "Keys[].KeyId");
    assert_eq!(keys.len(), 3, "one for each stack");
    let state =
        |key: &String| operator.ask(&format!("kms describe-key --key-id {key}"), "[KeyMetadata.KeyState]");
    keys.iter().flat_map(state).collect()
}

/// Each is asked for: the one that goes takes nothing else with it.
fn packages_and_address_stay_without_a_further_yes(operator: &Operator<'_>, address: &str, spare: &str) {
    let removed = operator.run("remove", &STACKS, &[STACKS[0], STACKS[1], STACKS[2], "", "", spare]);
    assert_eq!(removed.status, 0, "{removed:#?}");
    assert!(STACKS.iter().all(|name| removed.results.contains(&format!("removed {name}\n"))), "{removed:#?}");
    let left: Vec<_> = removed.results.lines().filter_map(|line| line.strip_prefix("left: ")).collect();
    assert_eq!(left.len(), 5, "the packages, their key, two other keys and the address: {left:#?}");
    assert!(left.iter().any(|line| line.starts_with("CodeArtifact domain airlock")), "{left:#?}");
    assert!(left.iter().any(|line| line.starts_with(&format!("address {address}"))), "{left:#?}");
    assert_eq!(operator.ask("ec2 describe-addresses", "Addresses[].PublicIp"), [address]);
    assert!(left.iter().any(|line| line.ends_with("the packages are encrypted with it")), "{left:#?}");
    assert_eq!(operator.account.remaining(), ["approved", "domain", "of-somebody-else"]);
    let mut states = keys(operator);
    states.sort();
    assert_eq!(states, ["Enabled", "PendingDeletion", "PendingDeletion"]);
    let changes = operator.account.take_changes();
    let studio = ["App", "Space", "UserProfile", "Domain"].map(|thing| format!("SageMaker.Delete{thing}"));
    assert_eq!(changes[..4], studio, "Studio is closed before its network goes");
    assert_eq!(changes[4..], ["DeleteStack"; 3]);
}

fn removal_goes_on_where_it_failed(operator: &Operator<'_>, address: &str) {
    let automatic =
        ["--yes", "--account", ACCOUNT, "--region", REGION, "--delete-packages", "--release-address"];
    let arguments = [&STACKS[..], &automatic].concat();
    operator.account.refuse(Some("DELETE /v1/repository"));
    let failed = operator.run("remove", &arguments, &[]);
    assert_eq!(failed.status, 2, "{failed:#?}");
    assert!(failed.progress.contains("codeartifact delete-repository"), "{failed:#?}");
    operator.account.refuse(None);

    let again = operator.run("remove", &arguments, &[]);
    assert_eq!(again.status, 0, "{again:#?}");
    assert!(
        again.results.contains("left: CodeArtifact domain airlock, with its packages: it has repositories"),
        "{again:#?}"
    );
    assert!(again.results.contains("the packages are encrypted with it"), "{again:#?}");
    assert!(!again.results.contains(address), "{again:#?}");
    assert_eq!(operator.account.remaining(), ["domain", "of-somebody-else"]);
    assert!(operator.ask("ec2 describe-addresses", "Addresses[].PublicIp").is_empty());

    let _ = operator.account.take_changes();
    operator.account.forget_packages("of-somebody-else");
    let last = operator.run("remove", &["airlock"], &["airlock", "airlock"]);
    assert_eq!(last.status, 0, "{last:#?}");
    assert_eq!(last.results.lines().count(), 2, "{last:#?}");
    let once_more = operator.run("remove", &arguments, &[]);
    assert_eq!(once_more.results, STACKS.map(|name| format!("removed {name}\n")).concat());
}

fn nothing_is_left(operator: &Operator<'_>) {
    assert_eq!(operator.account.remaining(), Vec::<String>::new());
    for (question, found) in operator.inventory() {
        assert_eq!(found, Vec::<String>::new(), "{question}");
    }
    assert_eq!(keys(operator), ["PendingDeletion"; 3]);
}
