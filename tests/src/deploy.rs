use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    aws::Aws,
    binaries::{Binaries, FUNCTIONS},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const STACK: &str = "airlock";

/// The deployed stack: its outputs by name.
pub struct Stack(BTreeMap<String, String>);

impl Stack {
    /// Deploys the repository's template as its operator would, with prebuilt functions.
    pub fn deploy(
        aws: &Aws,
        binaries: &Binaries,
        folder: &Path,
        parameters: &[(&str, &str)],
    ) -> Result<Self> {
        Self::deploy_text(aws, folder, STACK, &prebuilt(|name| binaries.zip(name))?, parameters)
    }

    /// The same under another name, with one zip for every function: for what no function is needed.
    pub fn deploy_with_zip(
        aws: &Aws,
        folder: &Path,
        (name, zip): (&str, &Path),
        parameters: &[(&str, &str)],
    ) -> Result<Self> {
        Self::deploy_text(aws, folder, name, &prebuilt(|_| zip.to_owned())?, parameters)
    }

    /// Deploys a template of `stacks/` under a name.
    pub fn deploy_file(
        aws: &Aws,
        folder: &Path,
        (name, path): (&str, &str),
        parameters: &[(&str, &str)],
    ) -> Result<Self> {
        Self::deploy_text(aws, folder, name, &fs::read_to_string(Path::new(ROOT).join(path))?, parameters)
    }

    fn deploy_text(
        aws: &Aws,
        folder: &Path,
        name: &str,
        template: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Self> {
        let file = |kind| folder.join(format!("{name}-{kind}.yaml")).display().to_string();
        let (source, packaged) = (file("source"), file("packaged"));
        fs::write(&source, template)?;
        if !aws.cli(&["s3", "ls"])?.contains("deployment-artifacts") {
            aws.cli(&["s3", "mb", "s3://deployment-artifacts"])?;
        }
        let bucket = ["--s3-bucket", "deployment-artifacts"];
        let package =
            ["cloudformation", "package", "--template-file", &source, "--output-template-file", &packaged];
        aws.cli(&[&package[..], &bucket].concat())?;
        let overrides: Vec<_> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let deploy = ["cloudformation", "deploy", "--template-file", &packaged, "--stack-name", name];
        let capabilities =
            ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"];
        let overrides = ["--parameter-overrides"].into_iter().chain(overrides.iter().map(String::as_str));
        let arguments: Vec<_> =
            deploy.into_iter().chain(bucket).chain(capabilities).chain(overrides).collect();
        if let Err(error) = aws.cli(&arguments) {
            let events = aws.cli(&["cloudformation", "describe-stack-events", "--stack-name", name])?;
            bail!("{error:#}\n{events}");
        }
        Self::outputs(aws, name)
    }

    fn outputs(aws: &Aws, name: &str) -> Result<Self> {
        let said = aws.cli(&["cloudformation", "describe-stacks", "--stack-name", name])?;
        let stacks: Value = serde_json::from_str(&said)?;
        let outputs = stacks["Stacks"][0]["Outputs"].as_array().context("the stack has no outputs")?;
        let text = |output: &Value, key: &str| output[key].as_str().unwrap_or_default().to_owned();
        Ok(Self(outputs.iter().map(|o| (text(o, "OutputKey"), text(o, "OutputValue"))).collect()))
    }

    /// The value of an output.
    pub fn output(&self, name: &str) -> Result<&str> {
        self.0.get(name).map(String::as_str).with_context(|| format!("the stack has no output {name}"))
    }
}

/// The template, with a prebuilt zip in place of every function's source folder and nothing relative in it.
fn prebuilt(zip: impl Fn(&str) -> PathBuf) -> Result<String> {
    let template = fs::read_to_string(Path::new(ROOT).join("template.yaml"))?;
    let mut replaced = 0;
    let lines: Vec<_> = template
        .lines()
        .map(|line| {
            let indent = &line[..line.len() - line.trim_start().len()];
            if let Some(folder) = line.trim_start().strip_prefix("CodeUri: crates/functions/") {
                replaced += usize::from(FUNCTIONS.contains(&folder));
                return format!("{indent}CodeUri: {}", zip(folder).display());
            }
            line.replace("DefinitionUri: ", &format!("DefinitionUri: {ROOT}/"))
        })
        .collect();
    if replaced != FUNCTIONS.len() {
        bail!(
            "template.yaml has {replaced} of the {} functions as CodeUri: crates/functions/<name>",
            FUNCTIONS.len()
        );
    }
    Ok(lines.join("\n") + "\n")
}
