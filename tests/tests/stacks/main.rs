//! The three stacks on the emulator, as far as it goes; what it cannot make is switched off by parameters and listed in
//! docs/deployment.md. GitHub's door, which no function can walk through there, is knocked at from outside.
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

mod door;

use std::{
    collections::BTreeSet,
    fs,
    os::unix::process::CommandExt as _,
    process::Command,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

use e2e::{DATA_SCIENCE, INFOSEC, NETWORKING, Plan, Scanner, Stack, Template, Venv, World, block_on};
use serde_json::{Value, json};

const SCIENCE: (&str, &str) = ("data-science", "stacks/data-science.yaml");

fn world() -> MutexGuard<'static, World> {
    static WORLD: LazyLock<Mutex<World>> =
        LazyLock::new(|| Mutex::new(block_on(World::start(Scanner::Builtin)).unwrap()));
    WORLD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn json_of(world: &World, arguments: &[&str]) -> Value {
    serde_json::from_str(&world.aws.cli(arguments).unwrap()).unwrap()
}

/// The ids of a stack's resources of one type.
fn ids(world: &World, stack: &str, kind: &str) -> Vec<String> {
    let said = json_of(world, &["cloudformation", "describe-stack-resources", "--stack-name", stack]);
    let resources = said["StackResources"].as_array().unwrap().iter();
    let found = resources.filter(|resource| resource["ResourceType"] == kind);
    found.map(|resource| resource["PhysicalResourceId"].as_str().unwrap().to_owned()).collect()
}

/// Deploys the notebooks' stack beside the other two; asks EC2 itself where each of its subnets leads.
#[test]
fn notebooks_stack_deploys_and_none_of_its_subnets_leads_out() {
    let world = world();
    let folder = world.file("");
    let science = Stack::deploy_file(&world.aws, &folder, SCIENCE, &DATA_SCIENCE).unwrap();
    assert!(science.output("ExecutionRoleArn").unwrap().contains(":role/"));
    let filter = format!("Name=vpc-id,Values={}", science.output("VpcId").unwrap());
    let tables = json_of(&world, &["ec2", "describe-route-tables", "--filters", &filter]);
    let routes: Vec<_> = tables["RouteTables"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|t| t["Routes"].as_array().unwrap())
        .collect();
    assert!(!routes.is_empty());
    assert!(
        routes.iter().all(|r| r["GatewayId"] == "local" || r["DestinationPrefixListId"].is_string()),
        "{routes:#?}"
    );
    let gateways = json_of(&world, &["ec2", "describe-internet-gateways"]);
    let attached = gateways["InternetGateways"].as_array().unwrap().iter();
    let attached: Vec<_> = attached.flat_map(|gateway| gateway["Attachments"].as_array().unwrap()).collect();
    let attached: BTreeSet<_> = attached.iter().map(|a| a["VpcId"].as_str().unwrap()).collect();
    let networking = &ids(&world, "networking", "AWS::EC2::VPC")[0];
    // The other one is the emulator's default VPC.
    assert!(attached.contains(networking.as_str()) && attached.len() == 2, "{attached:?}");
    assert!(!attached.contains(science.output("VpcId").unwrap()), "{attached:?}");
    let pipeline = &ids(&world, "airlock", "AWS::EC2::VPC")[0];
    assert!(!attached.contains(pipeline.as_str()), "{attached:?}");

    world.aws.cli(&["cloudformation", "delete-stack", "--stack-name", SCIENCE.0]).unwrap();
    let left = world.aws.cli(&["cloudformation", "describe-stacks", "--stack-name", SCIENCE.0]);
    assert!(left.is_err_and(|error| error.to_string().contains("does not exist")));
}

/// The notebooks' role reads what was approved, and nothing else.
#[test]
fn notebook_reads_packages_and_nothing_else() {
    let world = world();
    let folder = world.file("");
    let stack = ("science-role", SCIENCE.1);
    let science = Stack::deploy_file(&world.aws, &folder, stack, &DATA_SCIENCE).unwrap();
    let role = science.output("ExecutionRoleArn").unwrap();
    let may = |action: &str, resource: &str| {
        let simulate = [
            ("Action", "SimulatePrincipalPolicy"),
            ("Version", "2010-05-08"),
            ("PolicySourceArn", role),
            ("ActionNames.member.1", action),
            ("ResourceArns.member.1", resource),
        ];
        let answer = block_on(world.aws.query("iam", &simulate)).unwrap();
        answer.contains("<EvalDecision>allowed</EvalDecision>")
    };
    let at = |rest: &str| format!("arn:aws:codeartifact:us-east-1:000000000000:{rest}");
    let package = at("package/airlock/approved/pypi//requests");
    assert!(may("codeartifact:GetAuthorizationToken", &at("domain/airlock")));
    assert!(may("codeartifact:ReadFromRepository", &at("repository/airlock/approved")));
    assert!(may("codeartifact:GetPackageVersionAsset", &package));
    let bucket = format!("arn:aws:s3:::{}/artifacts/x", world.stack.output("BucketName").unwrap());
    for (action, resource) in [
        ("codeartifact:PublishPackageVersion", package.as_str()),
        ("codeartifact:DeletePackageVersions", &package),
        ("codeartifact:GetPackageVersionAsset", &at("package/airlock/other/pypi//requests")),
        ("codeartifact:AssociateExternalConnection", &at("repository/airlock/approved")),
        ("s3:GetObject", &bucket),
        ("s3:PutObject", "arn:aws:s3:::elsewhere/x"),
        ("secretsmanager:GetSecretValue", world.stack.output("GitHubTokenArn").unwrap()),
        ("states:StartExecution", world.stack.output("StateMachineArn").unwrap()),
        ("iam:PassRole", role),
        ("ec2:CreateInternetGateway", "*"),
    ] {
        assert!(!may(action, resource), "a notebook may {action} on {resource}");
    }
    world.aws.cli(&["cloudformation", "delete-stack", "--stack-name", stack.0]).unwrap();
}

/// The lifecycle configuration, run as a notebook would: the real aws, pip and npm, against the private repository.
#[test]
fn notebook_starts_with_pip_and_npm_at_the_approved_packages() {
    let world = world();
    let plan = Plan::of(&Template::read(SCIENCE.1).unwrap(), "s", &[("S3PrefixList", "pl-1")]).unwrap();
    let script = &plan.resources["s/PackageSources"]["Properties"]["StudioLifecycleConfigContent"];
    let script = script.as_str().unwrap();
    assert!(script.len() * 4 / 3 < 16384, "SageMaker takes no more");
    let (file, home) = (world.file("on-start.sh"), world.file("home"));
    fs::write(&file, script).unwrap();
    fs::create_dir_all(&home).unwrap();
    let tools = Venv::provide().unwrap().program("");
    let mut notebook = Command::new("bash")
        .arg(&file)
        .env_clear()
        .env("HOME", &home)
        .env("PATH", format!("{tools}:/usr/local/bin:/usr/bin:/bin"))
        .env("AWS_ENDPOINT_URL_CODEARTIFACT", world.private_repository())
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .process_group(0)
        .spawn()
        .unwrap();
    let status = notebook.wait().unwrap();
    // What would renew the login after 8 hours.
    let group = format!("-{}", notebook.id());
    let renews = Command::new("kill").args(["--", &group]).status().unwrap().success();
    assert!(status.success() && renews, "{status}; the login would be renewed: {renews}");

    let pip = fs::read_to_string(home.join(".config/pip/pip.conf")).unwrap();
    assert!(pip.contains("index-url") && pip.contains("/pypi/approved/simple/"), "{pip}");
    assert!(!pip.contains("extra-index-url") && pip.matches("http").count() == 1, "{pip}");
    if Command::new("npm").arg("--version").output().is_ok() {
        let npm = fs::read_to_string(home.join(".npmrc")).unwrap();
        assert!(npm.lines().any(|l| l.starts_with("registry=") && l.ends_with("/npm/approved/")), "{npm}");
    }
}

/// What the emulator is spared, by type: the guide lists just these, and the emulator refuses just these of all that the
/// three templates have.
#[test]
fn guide_lists_what_the_emulator_cannot_make() {
    let text = |resource: &Value| resource["Type"].as_str().unwrap().to_owned();
    let templates = ["template.yaml", "stacks/networking.yaml", SCIENCE.1];
    let [infosec, networking, science] = templates.map(|path| Template::read(path).unwrap());
    let whole =
        [&infosec, &networking, &science].into_iter().flat_map(|template| template.resources().values());
    let whole: BTreeSet<_> = whole.map(text).collect();
    let own = [
        ("Repository", "o/n"),
        ("NotifyEmail", "you@example.invalid"),
        ("ExitSubnetIds", "subnet-1"),
        ("S3PrefixList", "pl-1"),
    ];
    let deployed = [
        Plan::of(&infosec, "s", &[&own[..], &INFOSEC[..3]].concat()).unwrap(),
        Plan::of(&networking, "s", &NETWORKING).unwrap(),
        Plan::of(&science, "s", &DATA_SCIENCE).unwrap(),
    ];
    let made = deployed.iter().flat_map(|plan| plan.resources.values()).map(text).collect();
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deployment.md");
    let guide = fs::read_to_string(guide).unwrap();
    let section =
        guide.split("## What the emulator cannot make").nth(1).unwrap().split("\n## ").next().unwrap();
    let listed: BTreeSet<_> =
        section.split('`').filter(|word| word.starts_with("AWS::")).map(str::to_owned).collect();
    assert_eq!(listed, whole.difference(&made).cloned().collect(), "the guide's list (left)");
    assert_eq!(listed, refused(&whole), "the guide's list (left)");
}

/// The types that the emulator says it does not know, where it is given one resource of each.
fn refused(types: &BTreeSet<String>) -> BTreeSet<String> {
    let world = world();
    let plain = types.iter().filter(|kind| !kind.starts_with("AWS::Serverless::"));
    let resources: serde_json::Map<_, _> =
        plain.enumerate().map(|(n, kind)| (format!("R{n}"), json!({"Type": kind}))).collect();
    let template = json!({"Resources": resources}).to_string();
    let call = ["cloudformation", "validate-template", "--template-body", &template];
    let said = world.aws.cli(&call).unwrap_err().to_string();
    let (_, listed) = said.split_once("Unrecognized resource types: [").unwrap_or_else(|| panic!("{said}"));
    listed.split(']').next().unwrap().split(", ").map(str::to_owned).collect()
}
