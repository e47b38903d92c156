//! The three templates, expanded, before the tools that others would judge them with: cfn-lint, checkov and parliament.
//! checkov does not see through SAM, hence the expansion. Beside each true template goes a spoiled one, which the same run
//! of the same tool must find.
#![expect(clippy::unwrap_used, reason = "a test tells what went wrong by panicking")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use e2e::{Plan, Template, Venv, work_folder};
use serde_json::{Value, json};

const TEMPLATES: [(&str, &str); 3] = [
    ("infosec", "template.yaml"),
    ("networking", "stacks/networking.yaml"),
    ("data-science", "stacks/data-science.yaml"),
];
/// Fewer than 6 checks left out, in all stacks.
const MOST_SKIPS: usize = 5;
/// AWS documents this key for every request that a function's code makes; parliament knows it for none. With it the policy
/// `NetworkPolicy` refuses the code what only Lambda itself may do with the role.
const KNOWN: &str = "Unknown condition lambda:SourceFunctionArn for action ec2:";

static VENV: LazyLock<Venv> = LazyLock::new(|| Venv::for_templates().unwrap());

/// A folder for one test's files, empty.
fn folder(name: &str) -> PathBuf {
    let folder = work_folder().unwrap().join("templates").join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Expands the template into `<folder>/<name>.json`.
fn expand(template: &Template, folder: &Path, name: &str) -> PathBuf {
    let (source, target) = (folder.join(format!("{name}.sam")), folder.join(format!("{name}.json")));
    fs::write(&source, template.value().to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("expand.py");
    let output = Command::new(VENV.program("python")).arg(script).arg(source).output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    fs::write(&target, output.stdout).unwrap();
    target
}

/// The output of a tool as JSON, whatever its exit code; nothing it writes is not JSON.
fn run(program: &str, arguments: &[String]) -> Value {
    let output = Command::new(VENV.program(program)).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    if text.trim().is_empty() {
        return Value::Null;
    }
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{program}: {text}"))
}

fn read(path: &str) -> Template {
    Template::read(path).unwrap()
}

/// Findings by file name, `infosec.json`.
fn by_file(findings: impl Iterator<Item = (String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for (file, finding) in findings {
        let name = file.rsplit('/').next().unwrap_or_default().to_owned();
        found.entry(name).or_default().push(finding);
    }
    found
}

#[test]
fn cfn_lint_finds_nothing() {
    let folder = folder("cfn-lint");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = vec![];
    for (name, path) in TEMPLATES {
        files.push(root.join(path));
        files.push(expand(&read(path), &folder, name));
    }
    let queue = "/Resources/UndeliveredMessages/Properties/Colour";
    files.push(expand(&read("template.yaml").spoiled(queue, json!("red")), &folder, "spoiled"));
    let files = files.into_iter().map(|file| file.display().to_string());
    let arguments = ["--format", "json", "-i", "I", "-t"].map(str::to_owned).into_iter().chain(files);
    let said = run("cfn-lint", &arguments.collect::<Vec<_>>());
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let found = by_file(said.as_array().unwrap().iter().map(|f| (text(f, "Filename"), text(f, "Message"))));
    assert_eq!(found.keys().collect::<Vec<_>>(), ["spoiled.json"], "{found:#?}");
    assert!(found["spoiled.json"].iter().all(|message| message.contains("Colour")), "{found:#?}");
}

#[test]
fn checkov_fails_nothing_and_skips_little() {
    let folder = folder("checkov");
    for (name, path) in TEMPLATES {
        expand(&read(path), &folder, name);
    }
    let template = read("template.yaml");
    let any = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let statement = "/Resources/NotifyRole/Properties/Policies/0/PolicyDocument/Statement/-";
    expand(&template.spoiled(statement, any), &folder, "spoiled-role");
    let key = "/Resources/Topic/Properties/KmsMasterKeyId";
    expand(&template.spoiled(key, Value::Null), &folder, "spoiled-topic");

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let arguments = [
        "--framework",
        "cloudformation",
        "--skip-download",
        "--compact",
        "--output",
        "json",
        "--config-file",
        &root.join("checkov.yaml").display().to_string(),
        "--directory",
        &folder.display().to_string(),
    ]
    .map(str::to_owned);
    let said = run("checkov", &arguments);
    assert!(said["summary"]["passed"].as_u64().is_some_and(|passed| passed > 300), "{}", said["summary"]);
    let checks = |kind: &str| said["results"][kind].as_array().unwrap().clone();
    let text = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
    let failed = checks("failed_checks").into_iter();
    let failed =
        by_file(failed.map(|c| (text(&c, "file_path"), text(&c, "check_id") + " " + &text(&c, "resource"))));
    assert_eq!(failed.keys().collect::<Vec<_>>(), ["spoiled-role.json", "spoiled-topic.json"], "{failed:#?}");
    assert_eq!(failed["spoiled-topic.json"], ["CKV_AWS_26 AWS::SNS::Topic.Topic"]);

    let skipped: Vec<_> =
        checks("skipped_checks").into_iter().filter(|c| !text(c, "file_path").contains("spoiled")).collect();
    for check in &skipped {
        let reason = check["check_result"]["suppress_comment"].as_str().unwrap();
        assert!(reason.len() > 40, "{} is skipped because: {reason}", check["check_id"]);
    }
    let whole = fs::read_to_string(root.join("checkov.yaml")).unwrap();
    let whole = whole.lines().filter(|line| line.trim_start().starts_with("- CKV")).count();
    // With the one of parliament.
    let skips = skipped.len() + whole + 1;
    println!("checkov: {} passed, 0 failed, {skips} skipped", said["summary"]["passed"]);
    assert!((1..=MOST_SKIPS).contains(&skips), "{skips} checks are skipped");
}

/// samconfig.toml names each stack, its template and its tags; the pipeline's is the one that SAM takes by itself.
#[test]
fn every_stack_has_its_configuration() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = fs::read_to_string(root.join("samconfig.toml")).unwrap();
    let configuration: toml::Table = toml::from_str(&text).unwrap();
    for (stack, path) in TEMPLATES {
        let name = if stack == "infosec" { "default" } else { stack };
        let of = |command: &str, key: &str| {
            let value = configuration[name].get(command)?.get("parameters")?.get(key)?;
            value.as_str().map(str::to_owned)
        };
        let template = of("global", "template_file").unwrap_or_else(|| "template.yaml".to_owned());
        assert_eq!(template, path, "{name}");
        assert!(of("global", "stack_name").is_some_and(|name| name.starts_with("airlock")), "{name}");
        assert_eq!(of("deploy", "tags"), Some(format!("project=airlock part={stack}")));
        assert_eq!(of("deploy", "capabilities").as_deref(), Some("CAPABILITY_IAM"), "{name}");
    }
    assert_eq!(configuration.len(), TEMPLATES.len() + 1, "the stacks and the version");
}

/// The reason why no function needs a dead-letter queue: nothing calls one and does not wait for the answer.
#[test]
fn nothing_calls_a_function_asynchronously() {
    let folder = folder("asynchronous");
    let expanded = expand(&read("template.yaml"), &folder, "infosec");
    let expanded: Value = serde_json::from_slice(&fs::read(expanded).unwrap()).unwrap();
    let mut callers = vec![];
    for (id, resource) in expanded["Resources"].as_object().unwrap() {
        let properties = &resource["Properties"];
        match resource["Type"].as_str().unwrap() {
            "AWS::Lambda::Permission" => callers.push(properties["Principal"].clone()),
            "AWS::SNS::Subscription" => assert_eq!(properties["Protocol"], "email", "{id}"),
            kind => {
                let calls = ["EventSourceMapping", "Events::Rule", "Scheduler", "EventInvokeConfig"];
                assert!(!calls.iter().any(|call| kind.contains(call)), "{id} is a {kind}");
            }
        }
    }
    assert_eq!(callers, ["apigateway.amazonaws.com"]);
}

#[test]
fn parliament_finds_nothing() {
    let folder = folder("parliament");
    let mut policies = 0;
    for (name, path) in TEMPLATES {
        policies += write_policies(&read(path), name, &folder);
    }
    let spoiled = read("template.yaml").spoiled(
        "/Resources/PublishRole/Properties/Policies/0/PolicyDocument/Statement/1/Action",
        json!(["s3:GetObject", "s3:GetObjekt"]),
    );
    write_policies(&spoiled, "spoiled", &folder);
    let output = Command::new(VENV.program("parliament"))
        .args(["--json", "--include_policy_extension", "json", "--directory"])
        .arg(&folder)
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let found: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found = found.into_iter().filter(|finding| !finding["detail"].to_string().contains(KNOWN));
    let found: Vec<_> = found.collect();
    let (spoiled, ours): (Vec<_>, Vec<_>) =
        found.iter().partition(|f| f["location"].to_string().contains("spoiled"));
    println!("parliament: {policies} policies, {} findings", ours.len());
    assert!(policies > 12, "{policies} policies");
    assert!(ours.is_empty(), "{ours:#?}");
    assert!(spoiled.iter().any(|f| f["issue"] == "UNKNOWN_ACTION"), "{found:#?}");
}

/// Writes every policy of a role, with ARNs as they are on AWS; gives their number.
fn write_policies(template: &Template, name: &str, folder: &Path) -> usize {
    let parameters: &[_] = match name {
        "networking" => &[],
        "data-science" => &[("S3PrefixList", "pl-1")],
        _ => &[
            ("Repository", "o/n"),
            ("Scanner", "codeguru"),
            ("CodeGuruBucket", "uploads"),
            ("TransitGatewayId", "tgw-1"),
            ("S3PrefixList", "pl-1"),
        ],
    };
    let plan = Plan::of(template, "s", parameters).unwrap();
    let mut documents = vec![];
    for (id, resource) in &plan.resources {
        let properties = &resource["Properties"];
        for policy in properties["Policies"].as_array().into_iter().flatten() {
            documents.push((id, &policy["PolicyDocument"]));
        }
        if matches!(resource["Type"].as_str(), Some("AWS::IAM::ManagedPolicy" | "AWS::IAM::RolePolicy")) {
            documents.push((id, &properties["PolicyDocument"]));
        }
    }
    for (n, (id, document)) in documents.iter().enumerate() {
        let file = format!("{name}-{}-{n}.json", id.trim_start_matches("s/"));
        // parliament takes a variable of aws for what it is, and one of another service for a part of an ARN.
        let document = with_arns(document, &plan).to_string().replace("${sagemaker:", "${aws:");
        fs::write(folder.join(file), document).unwrap();
    }
    documents.len()
}

/// The document with every name of a resource in it as that resource's ARN.
fn with_arns(value: &Value, plan: &Plan) -> Value {
    match value {
        Value::String(text) => {
            let mut text = text.clone();
            // The longest first: `s/Key.Arn` before `s/Key`.
            for (id, resource) in &plan.resources {
                for suffix in [".Arn", ".Id", ""] {
                    let name = format!("{id}{suffix}");
                    let ends =
                        |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.');
                    if let Some(at) = text.find(&name).filter(|at| ends(&text[at + name.len()..])) {
                        text.replace_range(at..at + name.len(), &arn(resource, suffix));
                    }
                }
            }
            json!(text)
        }
        Value::Array(items) => items.iter().map(|item| with_arns(item, plan)).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), with_arns(value, plan))).collect(),
        other => other.clone(),
    }
}

fn arn(resource: &Value, suffix: &str) -> String {
    let at = |service: &str| format!("arn:aws:{service}:{}:{}:", e2e::REGION, e2e::ACCOUNT);
    match (resource["Type"].as_str().unwrap(), suffix) {
        ("AWS::S3::Bucket", ".Arn") => "arn:aws:s3:::store".to_owned(),
        ("AWS::KMS::Key", ".Arn") => at("kms") + "key/00000000-0000-0000-0000-000000000000",
        ("AWS::Logs::LogGroup", ".Arn") => at("logs") + "log-group:name:*",
        ("AWS::SecretsManager::Secret", ".Id") => at("secretsmanager") + "secret:name-abcdef",
        ("AWS::SNS::Topic", "") => at("sns") + "name",
        ("AWS::Serverless::StateMachine", "") => at("states") + "stateMachine:name",
        ("AWS::Serverless::Function", ".Arn") => at("lambda") + "function:name",
        ("AWS::SageMaker::Domain", "") => "d-0123456789ab".to_owned(),
        _ => "name".to_owned(),
    }
}
