//! `docs/rules.md`, written from the rules themselves.

use domain::Severity;
use scanner::rules::{Levels, Origin, Rule};

use super::words;

const HEAD: &str = "\
# Rules

This page is written by `airlock rules list --format markdown > docs/rules.md`; a test fails where it is not what the
rules say.

A rule states a fact about one place. The severity of one with *behaviours* is for code that runs when it is imported or
called: it is one level worse in code that runs unasked (at installation or start-up), and one level milder in tests and
documentation. Rules of severity `info` refuse nothing; where several behaviours meet within twenty lines, a rule of
*Behaviours that meet* says what that comes to. Medium and above refuse a package at the default threshold.

Two findings come from `evaluate`, which knows the request too: `package-other-name` (critical), where the metadata that
`pip` or `npm` reads names another package than the request, and `package-revoked` (critical), for bytes that were revoked.
";

/// A heading, what it is about, and which rules stand there: the first that fits.
type Family = (&'static str, &'static str, fn(&Rule) -> bool);

const FAMILIES: [Family; 9] = [
    (
        "Behaviours that meet",
        "Found by the engine, from what the rules below say of lines that are close to each other \
         (`crates/scanner/src/combine.rs`).",
        |rule| rule.origin == Origin::Engine && has_prefix(rule, &["combined-", "unasked-"]),
    ),
    (
        "Models",
        "Found by the engine in pickles, which are read by their opcodes and never loaded. The columns tell who uses the \
         file, not where it lies.",
        |rule| has_prefix(rule, &["pickle-"]),
    ),
    (
        "What could not be looked into",
        "Found by the engine (`crates/scanner/src/unread.rs`, decision 0005). For archives, programs and other binaries \
         the columns tell who uses the file, not where it lies.",
        |rule| rule.origin == Origin::Engine,
    ),
    (
        "Archives that break a rule",
        "Found by the archive reader before any rule runs. The package is not read any further.",
        |rule| rule.origin == Origin::Archive,
    ),
    ("Insecure code", "The severity is the same wherever the code runs.", |rule| {
        has_prefix(rule, &["insecure-"])
    }),
    ("Python", "", |rule| has_prefix(rule, &["python-"])),
    ("JavaScript and npm", "", |rule| has_prefix(rule, &["javascript-", "npm-"])),
    ("Shell and PowerShell", "", |rule| has_prefix(rule, &["shell-", "powershell-", "encoded-shell-"])),
    ("Any language", "", |_| true),
];

/// The whole page.
pub(super) fn page(rules: &[Rule]) -> String {
    let mut families: Vec<Vec<&Rule>> = vec![Vec::new(); FAMILIES.len()];
    for rule in rules {
        if let Some(at) = FAMILIES.iter().position(|(_, _, holds)| holds(rule)) {
            families[at].push(rule);
        }
    }
    let there = || FAMILIES.iter().zip(&families).filter(|(_, rules)| !rules.is_empty());
    let mut text = format!("{HEAD}\n");
    for ((title, ..), rules) in there() {
        text.push_str(&format!("- [{title}](#{}): {}\n", anchor(title), rules.len()));
    }
    for ((title, about, _), rules) in there() {
        text.push_str(&format!("\n## {title}\n"));
        if !about.is_empty() {
            text.push_str(&format!("\n{about}\n"));
        }
        text.push_str(&table(rules));
        // Those of the archive reader have nothing more to say each.
        if rules.iter().all(|rule| rule.origin == Origin::Archive) {
            text.push_str(&advice(rules));
        } else {
            rules.iter().for_each(|rule| text.push_str(&details(rule)));
        }
    }
    text
}

/// What a rule finds, in a few words.
pub(super) fn finds(rule: &Rule) -> &str {
    if rule.origin == Origin::Archive { &rule.description } else { &rule.title }
}

fn has_prefix(rule: &Rule, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| rule.id.starts_with(prefix))
}

fn table(rules: &[&Rule]) -> String {
    let link = |rule: &Rule| match rule.origin {
        Origin::Archive => format!("`{}`", rule.id),
        Origin::Rule | Origin::Engine => format!("[`{0}`](#{0})", rule.id),
    };
    if rules.iter().all(|rule| rule.levels.is_some()) {
        let mut text =
            "\n| rule | finds | unasked | import | called | tests, docs |\n|---|---|---|---|---|---|\n"
                .to_owned();
        for (rule, Levels { unasked, import, run, aside }) in
            rules.iter().filter_map(|rule| Some((rule, rule.levels?)))
        {
            let levels = [unasked, import, run, aside].map(|level| level.map_or("none", Severity::as_str));
            text.push_str(&format!("| {} | {} | {} |\n", link(rule), cell(&rule.title), levels.join(" | ")));
        }
        return text;
    }
    let mut text = "\n| rule | severity | confidence | finds |\n|---|---|---|---|\n".to_owned();
    for rule in rules {
        let (severity, confidence) = (rule.severity.as_str(), rule.confidence.as_str());
        text.push_str(&format!("| {} | {severity} | {confidence} | {} |\n", link(rule), cell(finds(rule))));
    }
    text
}

/// What several rules of the archive reader advise alike.
fn advice(rules: &[&Rule]) -> String {
    let mut text = String::new();
    let mut known: Vec<&str> = Vec::new();
    for rule in rules {
        if !known.contains(&rule.recommendation.as_str()) {
            known.push(&rule.recommendation);
            let alike = rules.iter().filter(|other| other.recommendation == rule.recommendation);
            let ids: Vec<_> = alike.map(|rule| format!("`{}`", rule.id)).collect();
            text.push_str(&format!(
                "\n{}: {} ({}).\n",
                ids.join(", "),
                plain(&rule.recommendation),
                links(&rule.references)
            ));
        }
    }
    text
}

fn details(rule: &Rule) -> String {
    let mut facts = match rule.levels {
        Some(_) => format!("{} at worst", rule.severity.as_str()),
        None => format!("{} severity", rule.severity.as_str()),
    };
    facts.push_str(&format!(", {} confidence", rule.confidence.as_str()));
    if !rule.languages.is_empty() {
        facts.push_str(&format!(", languages: {}", rule.languages.join(", ")));
    }
    if !rule.behaviours.is_empty() {
        facts.push_str(&format!(", behaviours: {}", words(&rule.behaviours)));
    }
    format!(
        "\n### {}\n\n**{}** ({facts})\n\n- Why: {}\n- Fix: {}\n- See: {}\n",
        rule.id,
        plain(&rule.title),
        plain(&rule.description),
        plain(&rule.recommendation),
        links(&rule.references)
    )
}

fn links(references: &[String]) -> String {
    references.iter().map(|address| format!("<{address}>")).collect::<Vec<_>>().join(", ")
}

/// Text in which nothing is markup: `__init__` and `*.pth` stay what they are.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|') {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

fn cell(text: &str) -> String {
    plain(text).replace('\n', " ")
}

/// As GitHub makes it of a heading.
fn anchor(title: &str) -> String {
    let kept = title.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_on_the_page_once() {
        let rules = scanner::rules::builtin().unwrap();
        let text = page(rules.rules());
        for rule in rules.rules() {
            let heading = match rule.origin {
                Origin::Archive => format!("\n| `{}` | ", rule.id),
                Origin::Rule | Origin::Engine => format!("\n### {}\n", rule.id),
            };
            assert_eq!(text.matches(&heading).count(), 1, "{heading}");
        }
        assert_eq!(text.matches("\n## ").count(), FAMILIES.len());
        assert_eq!(anchor("Behaviours that meet"), "behaviours-that-meet");
        assert_eq!(plain("*.pth of `__init__`"), r"\*.pth of \`\_\_init\_\_\`");
    }
}
