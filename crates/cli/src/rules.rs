//! `airlock rules`: what the scanner looks for, and whether a folder of rules does what it says.

mod markdown;

use std::path::Path;

use anyhow::Context as _;
use comfy_table::{ContentArrangement, Table, presets};
use scanner::rules::{Behaviour, Rule};

use crate::{
    Exit,
    arguments::{RulesCommand, RulesFormat},
    output::{self, shown},
};

pub(crate) fn rules(command: RulesCommand) -> anyhow::Result<Exit> {
    match command {
        RulesCommand::List { format } => list(format),
        RulesCommand::Test { folder } => test(&folder),
    }
}

fn list(format: RulesFormat) -> anyhow::Result<Exit> {
    let rules = scanner::rules::builtin().context("the built-in rules cannot be used")?;
    match format {
        RulesFormat::Human => output::print(&format!("{}\n", table(rules.rules()).trim_fmt()))?,
        RulesFormat::Json => output::print_json(&rules.rules())?,
        RulesFormat::Markdown => output::print(&markdown::page(rules.rules()))?,
    }
    Ok(Exit::Clean)
}

fn table(rules: &[Rule]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["rule", "severity", "confidence", "behaviour", "finds"]);
    for rule in rules {
        let confidence = rule.confidence.as_str();
        let behaviours = words(&rule.behaviours);
        // What a rule of the archive reader finds is in its sentence: the titles are all alike.
        let finds = markdown::finds(rule);
        table.add_row([&rule.id, rule.severity.as_str(), confidence, &behaviours, finds]);
    }
    table
}

fn words(behaviours: &[Behaviour]) -> String {
    behaviours.iter().map(|behaviour| behaviour.as_str()).collect::<Vec<_>>().join(", ")
}

fn test(folder: &Path) -> anyhow::Result<Exit> {
    let test = scanner::rules::test_folder(folder);
    for failure in &test.failures {
        output::complain(failure);
    }
    let (rules, cases, failures) = (test.rules, test.cases, test.failures.len());
    let folder = shown(&folder.display().to_string());
    output::print(&format!("{folder}: {rules} rules, {cases} cases, {failures} failures\n"))?;
    Ok(match (rules, failures) {
        (0, _) => Exit::Failed,
        (_, 0) => Exit::Clean,
        _ => Exit::Refused,
    })
}
