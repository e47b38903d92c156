use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::world::World;

/// The one process of a deployed function that is warm, as Linux accounts for it.
pub struct FunctionProcess(PathBuf);

impl FunctionProcess {
    /// Its processor seconds since its start, of the user and the system. The kernel counts those of all its threads in
    /// hundredths, and those of the threads that still live in billionths.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let text = fs::read_to_string(self.0.join("stat"))?;
        let fields = text.rsplit_once(") ").context("stat has no name")?.1;
        let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
        let mut living = 0.0;
        for thread in fs::read_dir(self.0.join("task"))? {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            living += text.split(' ').next().context("schedstat is empty")?.parse::<f64>()? / 1e9;
        }
        ensure!(living > 0.0, "the kernel does not count what the threads of {} use", self.0.display());
        Ok(living.max(ticks / 100.0))
    }

    /// The peak of its resident memory.
    pub fn peak_megabytes(&self) -> Result<f64> {
        let text = fs::read_to_string(self.0.join("status"))?;
        let line = text.lines().find(|line| line.starts_with("VmHWM:")).context("status has no peak")?;
        let kibibytes: f64 = line.split_whitespace().nth(1).context("the peak has no figure")?.parse()?;
        Ok(kibibytes * 1024.0 / 1e6)
    }
}

impl World {
    /// The process of a function of this world.
    pub fn process(&self, function: &str) -> Result<FunctionProcess> {
        let ours = [
            format!("AWS_LAMBDA_FUNCTION_NAME=airlock-{function}"),
            format!("AWS_ENDPOINT_URL={}", self.proxy.url()),
        ];
        let is_ours = |folder: &PathBuf| {
            let environment = fs::read(folder.join("environ")).unwrap_or_default();
            let program = fs::read_link(folder.join("exe")).unwrap_or_default();
            let has =
                |variable: &String| environment.split(|byte| *byte == 0).any(|v| v == variable.as_bytes());
            program.ends_with("function") && ours.iter().all(has)
        };
        let folders = fs::read_dir("/proc")?.filter_map(|entry| Some(entry.ok()?.path()));
        let mut folders: Vec<_> = folders.filter(is_ours).collect();
        ensure!(folders.len() == 1, "{function} has {} processes, and one was expected", folders.len());
        Ok(FunctionProcess(folders.remove(0)))
    }

    /// What is configured for a function.
    pub fn configuration(&self, function: &str) -> Result<Value> {
        let name = format!("airlock-{function}");
        let call = ["lambda", "get-function-configuration", "--function-name", &name];
        Ok(serde_json::from_str(&self.aws.cli(&call)?)?)
    }

    /// Lets a function wait so long for each of its calls. The tests' one second is too short for an emulator that reads
    /// a large object first.
    pub fn allow_seconds(&self, function: &str, seconds: u32) -> Result<()> {
        let mut environment = self.configuration(function)?["Environment"].clone();
        environment["Variables"]["AIRLOCK_CALL_TIMEOUT_SECONDS"] = json!(seconds.to_string());
        let (name, environment) = (format!("airlock-{function}"), environment.to_string());
        let call = ["lambda", "update-function-configuration", "--function-name", &name];
        self.aws.cli(&[&call[..], &["--environment", &environment]].concat()).map(drop)
    }
}
