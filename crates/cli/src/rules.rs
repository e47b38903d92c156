use anyhow::Context as _;
use comfy_table::{ContentArrangement, Table, presets};

use crate::{Exit, arguments::RulesCommand, output};

pub(crate) fn rules(command: RulesCommand) -> anyhow::Result<Exit> {
    match command {
        RulesCommand::List => list(),
        RulesCommand::Test { folder } => test(&folder),
    }
}

fn list() -> anyhow::Result<Exit> {
    let rules = scanner::rules::builtin().context("the built-in rules cannot be used")?;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["rule", "severity", "confidence", "behaviour", "finds"]);
    for rule in rules.rules() {
        let confidence = format!("{:?}", rule.confidence).to_lowercase();
        let behaviours: Vec<_> = rule.behaviours.iter().map(|behaviour| behaviour.as_str()).collect();
        let row = [&rule.id, rule.severity.as_str(), &confidence, &behaviours.join(", "), &rule.title];
        table.add_row(row);
    }
    output::print(&format!("{}\n", table.trim_fmt()))?;
    Ok(Exit::Clean)
}

fn test(folder: &std::path::Path) -> anyhow::Result<Exit> {
    let test = scanner::rules::test_folder(folder);
    for failure in &test.failures {
        output::complain(failure);
    }
    let (rules, cases, failures) = (test.rules, test.cases, test.failures.len());
    output::print(&format!("{rules} rules, {cases} cases, {failures} failures\n"))?;
    Ok(match (rules, failures) {
        (0, _) => Exit::Failed,
        (_, 0) => Exit::Clean,
        _ => Exit::Refused,
    })
}
