use std::{fs::File, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::{
    Role, Scanner,
    authorizer::Authorizer,
    aws::Aws,
    binaries::Binaries,
    codeguru::CodeGuru,
    deploy::Stack,
    emulator::Emulator,
    github::{GitHub, TOKEN},
    leak::{Looked, Secrets},
    process::{Server, free_port},
    proxy::{Proxy, Upstreams},
    stacks,
    venv::{Venv, work_folder},
};

/// One emulator with the stack deployed to it, and everything that its functions reach.
pub struct World {
    /// MiniStack.
    pub emulator: Emulator,
    /// The operator's view of it.
    pub aws: Aws,
    /// What stands between the functions and all others.
    pub proxy: Proxy,
    /// The GitHub stand-in.
    pub github: GitHub,
    /// The CodeGuru Security stand-in.
    pub codeguru: CodeGuru,
    /// The stack.
    pub stack: Stack,
    /// The functions' roles, in the order of the functions' names.
    pub roles: Vec<Role>,
    /// What GitHub signs deliveries with.
    pub webhook_secret: String,
    pub(crate) queue_url: String,
    pub(crate) secrets: Secrets,
    pub(crate) looked: Looked,
    pub(crate) codeartifact: Server,
    binaries: Binaries,
    folder: tempfile::TempDir,
    _lock: File,
}

impl World {
    /// Starts everything and deploys the template.
    pub async fn start(scanner: Scanner) -> Result<Self> {
        let venv = Venv::provide()?;
        let binaries = Binaries::build(&venv)?;
        let (folder, lock) = new_folder()?;
        let (proxy, github, codeguru) =
            (Proxy::start().await?, GitHub::start().await?, CodeGuru::start().await?);
        let codeartifact = private_repository(&binaries, folder.path().to_owned())?;
        // One attempt each: the state machine's retries are what is tested.
        let emulator = Emulator::start(&venv, folder.path(), &proxy.url(), &[("AWS_MAX_ATTEMPTS", "1")])?;
        proxy.forward_to(Upstreams {
            emulator: emulator.url(),
            codeartifact: codeartifact.url(),
            codeguru: codeguru.url(),
            github: github.url(),
        });
        let aws = Aws::new(venv.program("aws"), emulator.url());
        let stack = stacks::deploy(&aws, &binaries, folder.path(), &proxy.url(), scanner)
            .with_context(|| format!("the emulator's log:\n{}", emulator.log()))?;
        let secret = json!({"SecretId": stack.output("WebhookSecretArn")?});
        let secret = aws.json("secretsmanager", "secretsmanager.GetSecretValue", secret).await?;
        let webhook_secret =
            secret["SecretString"].as_str().context("the webhook's secret has no text")?.to_owned();
        let queue_url = subscribe(&aws, stack.output("TopicArn")?)?;
        proxy.take_calls();
        let roles = Role::all(&aws).await?;
        proxy.authorize_by(Authorizer::new(&roles, stack.output("KeyArn")?));
        let secrets = Secrets::of(&aws, &webhook_secret)?;
        proxy.watch(secrets.clone());
        Ok(Self {
            emulator,
            aws,
            proxy,
            github,
            codeguru,
            stack,
            roles,
            webhook_secret,
            queue_url,
            secrets,
            looked: Looked::default(),
            codeartifact,
            binaries,
            folder,
            _lock: lock,
        })
    }

    /// Where the functions, and the real `aws codeartifact`, reach the private repository.
    pub fn private_repository(&self) -> String {
        self.codeartifact.url()
    }

    /// Our programs, as they were built for it.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// The command on this machine, trusting the stand-ins' origin, with credentials of AWS that it has no use for.
    pub fn airlock(&self) -> Command {
        let mut command = Command::new(self.binaries.program("airlock").expect("every program was built"));
        command.env_clear().env("AIRLOCK_TRUSTED_ORIGINS", self.proxy.url());
        for name in
            ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AIRLOCK_GITHUB_TOKEN"]
        {
            command.env(name, TOKEN);
        }
        command
    }

    /// A file of this world that is removed with it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Offers a package on the GitHub stand-in; gives the URL to ask for it by.
    pub fn offer(&self, package: &crate::Package) -> String {
        self.offer_at(package, &package.name)
    }

    /// As [`World::offer`], where more than one of its name is offered.
    pub fn offer_at(&self, package: &crate::Package, place: &str) -> String {
        let path = self.github.offer(&format!("upstream/{place}"), package.bytes.clone());
        format!("{}{path}", self.proxy.url())
    }

    /// Whether `pip` would find a file of the package.
    pub async fn on_pip_index(&self, package: &str) -> Result<bool> {
        let url = format!("{}/pypi/approved/simple/{package}/", self.private_repository());
        let answer = crate::http_client().get(url).send().await?;
        Ok(answer.status().is_success() && answer.text().await?.contains("<a "))
    }

    /// The bytes published as a version of a package, if there are any.
    pub async fn published(&self, package: &str, version: &str) -> Result<Option<Vec<u8>>> {
        let url = format!(
            "{}/v1/package/version/asset?domain=airlock&repository=approved&format=generic&namespace={package}\
             &package={package}&version={version}&asset={package}.zip",
            self.private_repository()
        );
        let answer = crate::http_client().get(url).send().await?;
        match answer.status().as_u16() {
            200 => Ok(Some(answer.bytes().await?.into())),
            404 => Ok(None),
            status => bail!("the private repository answered {status}: {}", answer.text().await?),
        }
    }

    /// Gives a function's role this policy, and makes the function forget what it could.
    pub async fn set_policy(&mut self, role: usize, policy: Value) -> Result<()> {
        self.roles[role].set(&self.aws, policy).await?;
        self.proxy.authorize_by(Authorizer::new(&self.roles, self.stack.output("KeyArn")?));
        self.aws.cool(&self.roles[role].function).await
    }

    /// Whether IAM lets the role do this.
    pub async fn may(&self, role: &Role, action: &str, resource: &str) -> Result<bool> {
        let arn = role.arn();
        let form = [
            ("Action", "SimulatePrincipalPolicy"),
            ("Version", "2010-05-08"),
            ("PolicySourceArn", &arn),
            ("ActionNames.member.1", action),
            ("ResourceArns.member.1", resource),
        ];
        let answer = self.aws.query("iam", &form).await?;
        Ok(answer.contains("<EvalDecision>allowed</EvalDecision>"))
    }

    /// Starts every function anew, so that it fetches its secrets again.
    pub async fn cool(&self) -> Result<()> {
        for function in crate::FUNCTIONS {
            self.aws.cool(&format!("airlock-{function}")).await?;
        }
        Ok(())
    }
}

/// A folder that is removed with its world, or by the next world: a `static` is never dropped.
fn new_folder() -> Result<(tempfile::TempDir, File)> {
    let parent = work_folder()?.join("worlds");
    std::fs::create_dir_all(&parent)?;
    for entry in std::fs::read_dir(&parent)? {
        let path = entry?.path();
        if File::open(path.join("lock")).is_ok_and(|lock| lock.try_lock().is_ok()) {
            std::fs::remove_dir_all(path)?;
        }
    }
    let folder = tempfile::tempdir_in(parent)?;
    let lock = File::create(folder.path().join("lock"))?;
    lock.lock()?;
    Ok((folder, lock))
}

/// The local repository as a stand-in for CodeArtifact.
fn private_repository(binaries: &Binaries, folder: PathBuf) -> Result<Server> {
    let port = free_port()?;
    let program = binaries.program("airlock")?.display().to_string();
    let store = folder.join("private").display().to_string();
    let command = [&program, "serve", "--store", &store, "--port", &port.to_string(), "--accept-sigv4"];
    Server::start(&command, &[], port, &folder.join("airlock-serve.log"))
}

/// A queue that hears every message of the topic; its address.
pub fn subscribe(aws: &Aws, topic: &str) -> Result<String> {
    let created: Value =
        serde_json::from_str(&aws.cli(&["sqs", "create-queue", "--queue-name", "messages"])?)?;
    let queue_url = created["QueueUrl"].as_str().context("the queue has no URL")?.to_owned();
    let queue_arn = format!("arn:aws:sqs:{}:000000000000:messages", crate::REGION);
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
        "Resource": queue_arn, "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }]});
    let attributes = json!({"Policy": policy.to_string()}).to_string();
    aws.cli(&["sqs", "set-queue-attributes", "--queue-url", &queue_url, "--attributes", &attributes])?;
    aws.cli(&[
        "sns",
        "subscribe",
        "--topic-arn",
        topic,
        "--protocol",
        "sqs",
        "--notification-endpoint",
        &queue_arn,
    ])?;
    Ok(queue_url)
}
