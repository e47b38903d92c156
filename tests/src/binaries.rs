use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    process::run,
    venv::{Venv, lock, work_folder},
};

/// The functions, in pipeline order.
pub const FUNCTIONS: [&str; 8] =
    ["webhook", "parse-request", "fetch-repo", "start-scan", "poll-scan", "evaluate", "publish", "notify"];

/// A function as it is deployed to the emulator, which drops most of what a function writes to its log.
const KEEPS_THE_LOG: &str = "#!/bin/sh\nexec \"$LAMBDA_TASK_ROOT/function\" 2>>\"$TMPDIR/functions.log\"\n";

/// Our programs, built.
pub struct Binaries {
    programs: BTreeMap<String, PathBuf>,
    zips: PathBuf,
}

impl Binaries {
    /// Builds every program of the workspace and one zip for each function, with the program as its `bootstrap`. The
    /// profile is the one this crate was built with, or what `AIRLOCK_E2E_PROFILE` names.
    pub fn build(venv: &Venv) -> Result<Self> {
        let same = if cfg!(debug_assertions) { "dev" } else { "release" };
        let profile = env::var("AIRLOCK_E2E_PROFILE").unwrap_or_else(|_| same.to_owned());
        let _lock = lock("functions")?;
        let programs = cargo_build(&profile)?;
        let zips = work_folder()?.join("functions").join(&profile);
        for name in FUNCTIONS {
            let program = programs.get(name).with_context(|| format!("no program {name} was built"))?;
            zip_function(venv, program, &zips, name).with_context(|| format!("cannot zip {name}"))?;
        }
        Ok(Self { programs, zips })
    }

    /// The path of a program, `airlock` or a function.
    pub fn program(&self, name: &str) -> Result<&Path> {
        self.programs.get(name).map(PathBuf::as_path).with_context(|| format!("no program {name} was built"))
    }

    /// The program that a function's zip starts.
    pub fn bootstrap(&self, function: &str) -> PathBuf {
        self.zips.join(function).join("bootstrap")
    }

    /// Where all of them are: `<function>/bootstrap`.
    pub fn functions(&self) -> &Path {
        &self.zips
    }

    /// The zip that is deployed as a function.
    pub fn zip(&self, function: &str) -> PathBuf {
        self.zips.join(format!("{function}.zip"))
    }
}

/// Builds as the user would by hand. What `cargo test` sets for this process is taken away: build scripts that watch
/// those variables would compile again on every change between the two.
fn cargo_build(profile: &str) -> Result<BTreeMap<String, PathBuf>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command
        .args([
            "build",
            "--workspace",
            "--bins",
            "--message-format=json-render-diagnostics",
            "--profile",
            profile,
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stderr(Stdio::inherit());
    if profile == "dev" {
        // With the tests' own dependencies the features are those of `cargo test`, so that nothing is compiled twice.
        command.arg("--tests");
    }
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|p| text.starts_with(p))
        {
            command.env_remove(&name);
        }
    }
    let output = command.output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cargo build --workspace --bins ended with {}", output.status);
    }
    let mut programs = BTreeMap::new();
    for line in output.stdout.split(|&b| b == b'\n').filter(|line| !line.is_empty()) {
        let message: Value = serde_json::from_slice(line)?;
        let (path, name) = (message["executable"].as_str(), message["target"]["name"].as_str());
        // A library's tests are executables of the same name.
        if let (Some(path), Some(name), Some(false)) = (path, name, message["profile"]["test"].as_bool()) {
            programs.insert(name.to_owned(), PathBuf::from(path));
        }
    }
    Ok(programs)
}

/// Writes `<zips>/<name>.zip`, unless it was made of this very program.
fn zip_function(venv: &Venv, program: &Path, zips: &Path, name: &str) -> Result<()> {
    let folder = zips.join(name);
    fs::create_dir_all(&folder)?;
    let metadata = fs::metadata(program)?;
    let stamp = format!("{} {:?}", metadata.len(), metadata.modified()?);
    let stamp_file = folder.join("stamp");
    if fs::read_to_string(&stamp_file).is_ok_and(|found| found == stamp) {
        return Ok(());
    }
    let bootstrap = folder.join("bootstrap");
    let stripped = Command::new("strip").arg("-o").args([&bootstrap, program]).status();
    if !stripped.is_ok_and(|status| status.success()) {
        fs::copy(program, &bootstrap)?;
    }
    let deployed = folder.join("deployed");
    fs::create_dir_all(&deployed)?;
    let (script, function) = (deployed.join("bootstrap"), deployed.join("function"));
    fs::write(&script, KEEPS_THE_LOG)?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    fs::copy(&bootstrap, &function)?;
    let zip = zips.join(format!("{name}.zip"));
    let python = venv.program("python");
    run(Command::new(python).args(["-m", "zipfile", "-c"]).arg(zip).args([script, function]))?;
    fs::write(stamp_file, stamp)?;
    Ok(())
}
