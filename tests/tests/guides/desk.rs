use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Stdio,
};

use e2e::{DATA_SCIENCE, FUNCTIONS, Package, REGION, Scanner, Server, Stack, World, block_on, free_port};
use serde_json::{Value, json};

use crate::{
    deployment::{self, Printed},
    page::ROOT,
};

/// What is called otherwise here: a port of its own, where several tests run at once, and the stacks of this world.
const PORT: &str = "8070";
const STACKS: [(&str, &str); 2] =
    [("airlock-data-science", "data-science"), ("airlock-networking", "networking")];

/// The tools that do here what they do elsewhere, on this machine.
const BIN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/guides/bin");

/// What waits in the dead-letter queue.
pub(crate) const WAITED: &str = "Airlock: waited";
pub(crate) const ALARM: &str = "ALARM: airlock-failed-runs";

/// A platform engineer's desk: a terminal in a checkout, with the account of the emulator and a few things in mind.
pub(crate) struct Desk {
    world: World,
    folder: PathBuf,
    environment: Vec<(&'static str, String)>,
    port: u16,
    served: Option<Server>,
    printed: Printed,
}

impl Desk {
    /// With all three stacks, an approved package, a run that failed, and a message that was not delivered.
    pub(crate) fn new() -> Self {
        let world = block_on(World::start(Scanner::Builtin)).unwrap();
        let folder = world.file("checkout");
        fs::create_dir_all(folder.join("stacks")).unwrap();
        fs::write(folder.join("token.txt"), "the new token").unwrap();
        let environment = deployment::lay_ready(&world, &folder);
        for name in ["crates", "examples", "samconfig.toml", "statemachine"] {
            symlink(format!("{ROOT}/{name}"), folder.join(name)).unwrap();
        }
        for file in fs::read_dir(format!("{ROOT}/stacks")).unwrap().map(|file| file.unwrap()) {
            let here = folder.join("stacks").join(file.file_name());
            if !here.exists() {
                symlink(file.path(), here).unwrap();
            }
        }
        let port = free_port().unwrap();
        let mut desk = Self { world, folder, environment, port, served: None, printed: Printed::default() };
        let notebooks = ("data-science", "stacks/data-science.yaml");
        Stack::deploy_file(&desk.world.aws, &desk.folder, notebooks, &DATA_SCIENCE).unwrap();
        let record = desk.approved_package();
        desk.environment.extend([
            ("PACKAGE", "adder".to_owned()),
            ("VERSION", Package::clean("adder").version()),
            ("RECORD", record),
            ("RUN", desk.failed_run()),
            ("STATE_MACHINE_ARN", desk.output("StateMachineArn")),
            ("GITHUB_TOKEN_ARN", desk.output("GitHubTokenArn")),
            ("WEBHOOK_SECRET_ARN", desk.output("WebhookSecretArn")),
            ("ACCOUNT", "000000000000".to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
            ("AWS_ENDPOINT_URL_CODEARTIFACT", desk.world.private_repository()),
        ]);
        desk.undelivered_messages();
        desk
    }

    /// Runs what stands in a guide, in the account of this world; gives its exit status and all it said.
    pub(crate) fn run(&mut self, text: &str) -> (i32, String) {
        self.run_in("test", text)
    }

    /// The same in another account of the emulator, which takes a key of 12 digits for one.
    pub(crate) fn run_in(&mut self, account: &str, text: &str) -> (i32, String) {
        let mut shell = self.world.aws.program("bash");
        let script = format!("PATH={BIN}:$PATH\n{}", self.as_here(text));
        shell.args(["-euo", "pipefail", "-c", &script]).current_dir(&self.folder);
        shell.envs(self.environment.iter().map(|(name, value)| (*name, value))).env("HOME", &self.folder);
        let output = shell.env("AWS_ACCESS_KEY_ID", account).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        self.printed.note(&said);
        (output.status.code().unwrap(), said)
    }

    /// Starts what goes on until it is stopped.
    pub(crate) fn serve(&mut self, text: &str) {
        let script = format!("cd {}; {}", self.folder.display(), self.as_here(text));
        let path = format!("{BIN}:{}", std::env::var("PATH").unwrap());
        let airlock = self.world.binaries().program("airlock").unwrap().display().to_string();
        let environment = [("PATH".into(), path), ("DESK_AIRLOCK".into(), airlock)];
        let log = self.folder.join("served.log");
        let server = Server::start(&["bash", "-c", &script], &environment, self.port, &log);
        self.served = Some(server.unwrap());
    }

    fn as_here(&self, text: &str) -> String {
        let text = self.printed.fill_in(&text.replace(PORT, &self.port.to_string()));
        STACKS.into_iter().fold(text, |text, (there, here)| text.replace(there, here))
    }

    /// Whether what `sam` deployed into an account works: a package goes through it. What is deployed from then on is empty,
    /// as packing the functions takes a quarter of a minute each time.
    pub(crate) fn try_in(&mut self, account: &str) {
        let url = self.world.offer(&Package::clean("multiplier"));
        let (status, said) = self.run_in(account, &format!("stacks/try airlock multiplier,{url}"));
        assert!(status == 0 && said.contains("multiplier approved"), "{status}, {said}");
        let empty = self.folder.join("empty");
        for function in FUNCTIONS {
            fs::create_dir_all(empty.join(function)).unwrap();
            fs::write(empty.join(function).join("bootstrap"), "#!/bin/sh\n").unwrap();
        }
        self.environment.push(("DESK_FUNCTIONS", empty.display().to_string()));
    }

    fn output(&self, name: &str) -> String {
        self.world.stack.output(name).unwrap().to_owned()
    }

    fn approved_package(&self) -> String {
        let url = self.world.offer(&Package::clean("adder"));
        let run = block_on(self.world.run_inline(&format!("adder,{url}\n"))).unwrap();
        assert_eq!(run.status, "SUCCEEDED", "{:#}", run.description);
        let bucket = self.output("BucketName");
        let keys = block_on(self.world.aws.keys(&bucket, "decisions/adder/")).unwrap();
        format!("s3://{bucket}/{}", keys[0])
    }

    /// Of a commit that GitHub does not know.
    fn failed_run(&self) -> String {
        let source = json!({"kind": "github", "repository": "example/package-requests", "ref": "refs/heads/main",
            "after": "3".repeat(40), "path": "public-package-request.csv"});
        let input = json!({"source": source}).to_string();
        let machine = self.output("StateMachineArn");
        let call = ["stepfunctions", "start-execution", "--state-machine-arn", &machine, "--input", &input];
        let said: Value = serde_json::from_str(&self.world.aws.cli(&call).unwrap()).unwrap();
        let run = block_on(self.world.finish(said["executionArn"].as_str().unwrap())).unwrap();
        assert_eq!(run.status, "FAILED", "{:#}", run.description);
        run.arn
    }

    /// Of a decision and of an alarm: one queue has both.
    fn undelivered_messages(&self) {
        let queue = self.output("UndeliveredMessagesUrl");
        let attribute = json!({"Type": "String", "Value": "approved"});
        for (topic, subject) in [("TopicArn", WAITED), ("AlarmTopicArn", ALARM)] {
            let body = json!({"Type": "Notification", "TopicArn": self.output(topic), "Subject": subject,
                "Message": "This waited.", "MessageAttributes": {"verdict": attribute}});
            let send = ["sqs", "send-message", "--queue-url", &queue, "--message-body", &body.to_string()];
            self.world.aws.cli(&send).unwrap();
        }
        block_on(self.world.take_messages()).unwrap();
    }

    /// The subjects of the messages that have come since.
    pub(crate) fn subjects(&self) -> Vec<String> {
        let messages = block_on(self.world.take_messages()).unwrap();
        messages.into_iter().map(|message| message.subject).collect()
    }

    /// Whether the file is there, in the checkout.
    pub(crate) fn has(&self, name: &str) -> bool {
        Path::new(&self.folder).join(name).exists()
    }
}
