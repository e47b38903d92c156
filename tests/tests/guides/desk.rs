use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::Stdio,
};

use e2e::{DATA_SCIENCE, Package, REGION, Scanner, Server, Stack, World, block_on, free_port};
use serde_json::{Value, json};

use crate::page::ROOT;

/// What is called otherwise here: a port of its own, where several tests run at once, and the stacks of this world.
const PORT: &str = "8070";
const STACKS: [(&str, &str); 2] =
    [("airlock-data-science", "data-science"), ("airlock-networking", "networking")];

/// A platform engineer's desk: a terminal in a checkout, with the account of the emulator and a few things in mind.
pub(crate) struct Desk {
    world: World,
    folder: PathBuf,
    environment: Vec<(&'static str, String)>,
    port: u16,
    served: Option<Server>,
}

impl Desk {
    /// With all three stacks, an approved package, a run that failed, and a message that was not delivered.
    pub(crate) fn new() -> Self {
        let world = block_on(World::start(Scanner::Builtin)).unwrap();
        let folder = world.file("checkout");
        fs::create_dir_all(folder.join("bin")).unwrap();
        for name in ["crates", "examples", "stacks"] {
            symlink(format!("{ROOT}/{name}"), folder.join(name)).unwrap();
        }
        fs::write(folder.join("token.txt"), "the new token").unwrap();
        let mut desk = Self { world, folder, environment: vec![], port: free_port().unwrap(), served: None };
        desk.tools();
        let notebooks = ("data-science", "stacks/data-science.yaml");
        Stack::deploy_file(&desk.world.aws, &desk.folder, notebooks, &DATA_SCIENCE).unwrap();
        let record = desk.approved_package();
        desk.environment.extend([
            ("PACKAGE", "adder".to_owned()),
            ("VERSION", Package::clean("adder").version()),
            ("RECORD", record),
            ("RUN", desk.failed_run()),
            ("STATE_MACHINE_ARN", desk.output("StateMachineArn")),
            ("ACCOUNT", "000000000000".to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
            ("AWS_ENDPOINT_URL_CODEARTIFACT", desk.world.private_repository()),
        ]);
        desk.undelivered_message();
        desk
    }

    /// Runs what stands in a guide; gives its exit status and all it said.
    pub(crate) fn run(&self, text: &str) -> (i32, String) {
        let mut shell = self.world.aws.program("bash");
        let path = self.folder.join("bin").display().to_string();
        let script = format!("PATH={path}:$PATH\n{}", self.as_here(text));
        shell.args(["-euo", "pipefail", "-c", &script]).current_dir(&self.folder);
        shell.envs(self.environment.iter().map(|(name, value)| (*name, value))).env("HOME", &self.folder);
        let output = shell.stdin(Stdio::null()).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(said).unwrap())
    }

    /// Starts what goes on until it is stopped.
    pub(crate) fn serve(&mut self, text: &str) {
        let script = self.as_here(text);
        let path = format!("{}:{}", self.folder.join("bin").display(), std::env::var("PATH").unwrap());
        let folder = self.folder.display().to_string();
        let script = format!("cd {folder}; {script}");
        let log = self.folder.join("served.log");
        let server = Server::start(&["bash", "-c", &script], &[("PATH".into(), path)], self.port, &log);
        self.served = Some(server.unwrap());
    }

    fn as_here(&self, text: &str) -> String {
        let text = text.replace(PORT, &self.port.to_string());
        STACKS.into_iter().fold(text, |text, (there, here)| text.replace(there, here))
    }

    /// `cargo run` that compiles nothing, and an `aws sqs` that stays here: version 1 would call the real one.
    fn tools(&self) {
        let airlock = self.world.airlock().get_program().to_string_lossy().into_owned();
        let cargo = format!(
            "#!/bin/sh\n[ \"$1 $2 $3\" = 'run --release --' ] || exit 9\nshift 3\nexec '{airlock}' \"$@\"\n"
        );
        let aws = self.world.aws.command();
        let stays = format!(
            "#!/bin/sh\n[ \"$1\" = sqs ] && set -- --endpoint-url \"$AWS_ENDPOINT_URL\" \"$@\"\nexec '{aws}' \"$@\"\n"
        );
        for (name, script) in [("cargo", cargo), ("aws", stays)] {
            let file = self.folder.join("bin").join(name);
            fs::write(&file, script).unwrap();
            fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
        }
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

    fn undelivered_message(&self) {
        let attribute = json!({"Type": "String", "Value": "approved"});
        let body = json!({"Type": "Notification", "Subject": "Airlock: waited", "Message": "This waited.",
            "MessageAttributes": {"verdict": attribute}});
        let (queue, body) = (self.output("UndeliveredMessagesUrl"), body.to_string());
        self.world.aws.cli(&["sqs", "send-message", "--queue-url", &queue, "--message-body", &body]).unwrap();
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
