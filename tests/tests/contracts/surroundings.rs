//! The emulator, the private repository and the stand-ins, and how the second process finds them.

use std::{env, process::Command, process::ExitCode, time::Duration};

use adapter_github::{GitHub, GitHubPackages};
use adapter_local::{FixedSecret, PackageFolder, server};
use domain::Secret;
use e2e::{Aws, CodeGuru, Emulator, GIT_TOKEN, GitHost, ORGANISATION, REGION, Venv, block_on, work_folder};
use serde_json::Value;

/// Set by the first process for the second.
const STARTED: &str = "AIRLOCK_CONTRACTS_EMULATOR";
const SECRET: &str = "the secret of the contracts";

pub(super) struct Surroundings {
    pub(super) bucket: String,
    pub(super) topic: String,
    pub(super) state_machine: String,
    pub(super) secret_arn: String,
    pub(super) secret: String,
    queue: String,
    aws: Aws,
    nobody: String,
}

impl Surroundings {
    /// What the first process has started; `None` in the first.
    pub(super) fn given() -> Option<Self> {
        let emulator = env::var(STARTED).ok()?;
        let of = |name: &str| env::var(format!("AIRLOCK_CONTRACTS_{name}")).unwrap();
        Some(Self {
            bucket: of("BUCKET"),
            topic: of("TOPIC"),
            state_machine: of("STATE_MACHINE"),
            secret_arn: of("SECRET_ARN"),
            secret: of("SECRET"),
            queue: of("QUEUE"),
            aws: Aws::new(of("AWS"), emulator),
            nobody: of("NOBODY"),
        })
    }

    /// The bodies of the messages that the topic has delivered.
    pub(super) fn messages(&self) -> Vec<String> {
        let arguments =
            ["sqs", "receive-message", "--queue-url", &self.queue, "--max-number-of-messages", "10"];
        let said = self.aws.cli(&arguments).unwrap();
        let received: Value = serde_json::from_str(&said).unwrap_or_default();
        let bodies = received["Messages"].as_array().cloned().unwrap_or_default().into_iter();
        bodies
            .map(|message| {
                let envelope: Value = serde_json::from_str(message["Body"].as_str().unwrap()).unwrap();
                envelope["Message"].as_str().unwrap().to_owned()
            })
            .collect()
    }

    /// GitHub where nobody answers: what needs no call must need none.
    pub(super) fn github(&self) -> GitHub<FixedSecret> {
        let token = FixedSecret::new(Secret::new("token"));
        GitHub::new(self.nobody.parse().unwrap(), token, Duration::from_secs(1))
    }
}

/// The organisation that a host of git's own server has.
pub(super) fn organisation(host: &GitHost) -> GitHubPackages<FixedSecret> {
    let (api, git) = (host.api().parse().unwrap(), host.url().parse().unwrap());
    let token = FixedSecret::new(Secret::new(GIT_TOKEN));
    GitHubPackages::new(ORGANISATION, api, git, token, Duration::from_secs(30))
}

/// Starts everything, then this program again.
pub(super) fn start_again() -> ExitCode {
    let venv = Venv::provide().unwrap();
    let parent = work_folder().unwrap();
    let folder = tempfile::tempdir_in(parent).unwrap();
    let emulator = Emulator::start(&venv, folder.path(), "http://127.0.0.1:9", &[]).unwrap();
    let (codeguru, repository) = block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let repository = format!("http://{}", listener.local_addr().unwrap());
        let packages = PackageFolder::new(folder.path().join("repository")).served_at(&repository);
        let settings = server::Settings {
            signed: server::SignedRequests::Write,
            ..server::Settings::new(Secret::new("writer"))
        };
        tokio::spawn(server::serve(listener, packages, settings, std::future::pending()));
        (CodeGuru::start().await.unwrap(), repository)
    });
    let aws = Aws::new(venv.program("aws"), emulator.url());
    let made = make(&aws);
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .envs(made.iter().map(|(name, value)| (format!("AIRLOCK_CONTRACTS_{name}"), value)))
        .env("AIRLOCK_CONTRACTS_SECRET", SECRET)
        .env("AIRLOCK_CONTRACTS_AWS", venv.program("aws"))
        .env("AIRLOCK_CONTRACTS_NOBODY", "http://127.0.0.1:9")
        .env(STARTED, emulator.url())
        .env("AWS_ENDPOINT_URL", emulator.url())
        .env("AWS_ENDPOINT_URL_CODEARTIFACT", repository)
        .env("AWS_ENDPOINT_URL_CODEGURU_SECURITY", codeguru.url())
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", REGION);
    let status = command.status().unwrap();
    if !status.success() {
        println!("{}\n0 passed, 1 failed", emulator.log());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// One bucket, topic, queue, secret and state machine.
fn make(aws: &Aws) -> Vec<(&'static str, String)> {
    let json = |arguments: &[&str]| -> Value {
        serde_json::from_str(&aws.cli(arguments).unwrap()).unwrap_or_default()
    };
    let text = |value: Value, key: &str| value[key].as_str().unwrap().to_owned();
    aws.cli(&["s3api", "create-bucket", "--bucket", "contracts"]).unwrap();
    let topic = text(json(&["sns", "create-topic", "--name", "contracts"]), "TopicArn");
    let queue = e2e::subscribe(aws, &topic).unwrap();
    let arguments = ["secretsmanager", "create-secret", "--name", "contracts", "--secret-string", SECRET];
    let secret = text(json(&arguments), "ARN");
    let definition = r#"{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}"#;
    let trust = r#"{"Version": "2012-10-17", "Statement": []}"#;
    aws.cli(&["iam", "create-role", "--role-name", "contracts", "--assume-role-policy-document", trust])
        .unwrap();
    let role = "arn:aws:iam::000000000000:role/contracts";
    let machine = json(&[
        "stepfunctions",
        "create-state-machine",
        "--name",
        "contracts",
        "--definition",
        definition,
        "--role-arn",
        role,
    ]);
    vec![
        ("BUCKET", "contracts".to_owned()),
        ("TOPIC", topic),
        ("QUEUE", queue),
        ("SECRET_ARN", secret),
        ("STATE_MACHINE", text(machine, "stateMachineArn")),
    ]
}
