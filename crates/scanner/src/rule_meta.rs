use domain::{Confidence, Finding, Severity};
use serde::Serialize;
use yara_x::MetaValue;

use crate::{behaviour::Behaviour, language, level::Levels};

/// The documentation of one rule: the `meta` of its `rule.yar`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The rule's id: the name of its folder.
    pub id: String,
    /// What it finds, in a few words.
    pub title: String,
    /// How bad that is; of a rule with `levels` the worst. Never [`Severity::Unknown`].
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The languages of the files that it looks at; none for all. `other` is what is in none.
    pub languages: Vec<String>,
    /// What the code does that it matches; none for a rule about insecure code, whose severity is the same everywhere.
    pub behaviours: Vec<Behaviour>,
    /// How bad it is by when the file runs, where a table of the engine says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<Levels>,
    /// Who comes to it.
    pub origin: Origin,
    /// What it finds, in a sentence.
    pub description: String,
    /// What to do about a finding.
    pub recommendation: String,
    /// CWE, ATT&CK or advisory addresses: `references`, separated by commas.
    pub references: Vec<String>,
}

/// Who comes to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A rule that is a file.
    Rule,
    /// The engine, from what several rules say, or from what it could not read.
    Engine,
    /// The reader of archives, of the archive itself.
    Archive,
}

impl Rule {
    /// Whether it looks at files of this language; empty for what is in none.
    pub(crate) fn reads(&self, language: &str) -> bool {
        let language = if language.is_empty() { language::OTHER } else { language };
        self.languages.is_empty() || self.languages.iter().any(|known| known == language)
    }

    /// A rule of the archive reader, as a finding tells it.
    pub(crate) fn of_archive(finding: Finding) -> Self {
        Self {
            id: finding.rule,
            title: finding.title,
            severity: finding.severity,
            confidence: finding.confidence,
            languages: Vec::new(),
            behaviours: Vec::new(),
            levels: None,
            origin: Origin::Archive,
            description: finding.message,
            recommendation: finding.recommendation,
            references: finding.references,
        }
    }

    /// Reads the documentation; the error is one sentence on what is wrong with it.
    pub(crate) fn read(id: &str, rule: &yara_x::Rule<'_, '_>) -> Result<Self, String> {
        let text = |key: &str| meta(rule, key).ok_or_else(|| format!("meta {key} is missing: add a text"));
        let severity = text("severity")?;
        Ok(Self {
            id: id.to_owned(),
            title: text("title")?.to_owned(),
            severity: match Severity::parse(severity) {
                Severity::Unknown => {
                    let known = "info, low, medium, high or critical";
                    return Err(format!("meta severity {severity:?} is unknown: use {known}"));
                }
                known => known,
            },
            confidence: confidence(text("confidence")?)?,
            languages: meta(rule, "languages").map_or(Ok(Vec::new()), languages)?,
            behaviours: meta(rule, "behaviour").map_or(Ok(Vec::new()), behaviours)?,
            levels: None,
            origin: Origin::Rule,
            description: text("description")?.to_owned(),
            recommendation: text("recommendation")?.to_owned(),
            references: text("references")?.split(',').map(|r| r.trim().to_owned()).collect(),
        })
    }
}

fn meta<'r>(rule: &yara_x::Rule<'_, 'r>, key: &str) -> Option<&'r str> {
    rule.metadata().find_map(|(name, value)| match value {
        MetaValue::String(text) if name == key && !text.trim().is_empty() => Some(text),
        _ => None,
    })
}

fn languages(words: &str) -> Result<Vec<String>, String> {
    let mut words = words.split(',').map(str::trim);
    if let Some(word) = words.clone().find(|word| !language::is_known(word)) {
        let known = language::KNOWN.join(", ");
        return Err(format!("meta languages {word:?} is unknown: use {known}, or other"));
    }
    Ok(words.by_ref().map(str::to_owned).collect())
}

fn behaviours(words: &str) -> Result<Vec<Behaviour>, String> {
    Behaviour::parse_list(words).map_err(|word| {
        let known = Behaviour::ALL.map(Behaviour::as_str).join(", ");
        format!("meta behaviour {word:?} is unknown: use {known}")
    })
}

fn confidence(word: &str) -> Result<Confidence, String> {
    match word {
        "low" => Ok(Confidence::Low),
        "medium" => Ok(Confidence::Medium),
        "high" => Ok(Confidence::High),
        _ => Err(format!("meta confidence {word:?} is unknown: use low, medium or high")),
    }
}
