use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use domain::Sha256;

use crate::process::run;

/// The folder of the Python tools, provisioned on first use.
pub struct Venv(PathBuf);

impl Venv {
    /// `target/e2e/venv` with exactly what `tests/requirements.txt` lists. Safe to call from several processes at once.
    pub fn provide() -> Result<Self> {
        Self::of("venv", "requirements.txt")
    }

    /// `target/e2e/venv-templates` with what `tests/requirements-templates.txt` lists.
    pub fn for_templates() -> Result<Self> {
        Self::of("venv-templates", "requirements-templates.txt")
    }

    /// `target/e2e/venv-sam` with what `tests/requirements-sam.txt` lists.
    pub fn for_sam() -> Result<Self> {
        Self::of("venv-sam", "requirements-sam.txt")
    }

    fn of(name: &str, list: &str) -> Result<Self> {
        let folder = work_folder()?.join(name);
        let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join(list);
        let stamp = Sha256::of(&fs::read(&requirements)?).to_string();
        let stamp_file = folder.join("requirements.sha256");

        let _lock = lock(name)?;
        if fs::read_to_string(&stamp_file).is_ok_and(|found| found == stamp) {
            return Ok(Self(folder));
        }
        if Command::new("python3").arg("--version").output().is_err() {
            bail!(
                "the end-to-end tests need python3 (3.10 or newer, with venv) on the PATH: install it and run again"
            );
        }
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))
            .context("python3 cannot make a virtual environment: install its venv module and run again")?;
        run(Command::new(folder.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"])
            .arg(&requirements))
        .with_context(|| format!("pip cannot install tests/{list}: is a package index within reach?"))?;
        fs::write(stamp_file, stamp)?;
        Ok(Self(folder))
    }

    /// The folder of the packages in it.
    pub fn packages(&self) -> Result<PathBuf> {
        let versions = fs::read_dir(self.0.join("lib"))?.filter_map(|entry| Some(entry.ok()?.path()));
        let mut folders = versions.map(|version| version.join("site-packages"));
        folders.find(|folder| folder.is_dir()).context("the virtual environment has no site-packages")
    }

    /// The path of one of its programs, as text.
    pub fn program(&self, name: &str) -> String {
        self.0.join("bin").join(name).display().to_string()
    }
}

/// `target/e2e`, beside the folder this test was built into.
pub fn work_folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(3).context("the test program is not in target/<profile>/deps")?;
    let folder = target.join("e2e");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Holds off every other process that asks for the same name until the file is dropped.
pub(crate) fn lock(name: &str) -> Result<File> {
    let file = File::create(work_folder()?.join(format!("{name}.lock")))?;
    file.lock()?;
    Ok(file)
}
