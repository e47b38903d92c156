//! The rules: where they come from, what they say of themselves, and whether they do what they say.

use std::{
    collections::HashMap,
    fs, io,
    path::Path,
    sync::{Arc, OnceLock},
};

use domain::Sha256;

pub use crate::{
    behaviour::Behaviour,
    level::Levels,
    rule_meta::{Origin, Rule},
    rules_test::{RulesTest, test_folder},
};
use crate::{compile::Group, level::Statement};

/// Id, file and text of every built-in rule, in the order of their ids.
const BUILTIN: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The same, compiled by the build script, for each [`Group`].
const COMPILED: [&[u8]; 3] = [
    include_bytes!(concat!(env!("OUT_DIR"), "/Python.rules")),
    include_bytes!(concat!(env!("OUT_DIR"), "/JavaScript.rules")),
    include_bytes!(concat!(env!("OUT_DIR"), "/Other.rules")),
];

/// Why rules cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// One rule is wrong.
    #[error("rule {rule} at {file}:{line}: {problem}")]
    Invalid {
        /// The rule's id.
        rule: String,
        /// Its file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// The folder cannot be read, or holds no rule.
    #[error("cannot read rules from {folder}: {problem}")]
    Folder {
        /// The folder.
        folder: String,
        /// What is wrong.
        problem: String,
    },
}

/// Rules that are compiled and ready to scan with.
pub struct RuleSet {
    rules: Vec<Rule>,
    positions: HashMap<String, usize>,
    digest: Sha256,
    compiled: [yara_x::Rules; 3],
}

impl RuleSet {
    /// What each rule says of itself, those of the engine and of the archive reader among them, in the order of the ids.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The digest of the engine's version and sources, and of every rule's id and text.
    pub fn digest(&self) -> Sha256 {
        self.digest
    }

    /// The place of a rule in [`RuleSet::rules`].
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }

    pub(crate) fn compiled(&self, group: Group) -> &yara_x::Rules {
        &self.compiled[group as usize]
    }
}

/// The rules that come with Airlock. Loaded once, at the first call.
pub fn builtin() -> Result<Arc<RuleSet>, RuleError> {
    static RULES: OnceLock<Result<Arc<RuleSet>, RuleError>> = OnceLock::new();
    let load = || {
        let wrong = |e: yara_x::errors::SerializationError| RuleError::Folder {
            folder: "the program".into(),
            problem: e.to_string(),
        };
        let [python, javascript, other] = COMPILED.map(yara_x::Rules::deserialize);
        let compiled = [python.map_err(wrong)?, javascript.map_err(wrong)?, other.map_err(wrong)?];
        rule_set(&builtin_sources(), compiled).map(Arc::new)
    };
    RULES.get_or_init(load).clone()
}

/// The digest of the built-in rules, without compiling them.
pub(crate) fn builtin_digest() -> Sha256 {
    digest(&builtin_sources())
}

/// The rules of a folder: `<folder>/<rule-id>/rule.yar`. No rule at all is an error.
pub fn from_folder(folder: &Path) -> Result<Arc<RuleSet>, RuleError> {
    let wrong = |problem: String| RuleError::Folder { folder: folder.display().to_string(), problem };
    let ids = folder_names(folder).map_err(|e| wrong(e.to_string()))?;
    if ids.is_empty() {
        return Err(wrong("it holds no rule: add a folder <rule-id> with a rule.yar".to_owned()));
    }
    let sources = ids.into_iter().map(|id| read_source(folder, id)).collect::<Result<Vec<_>, _>>()?;
    compile(&sources).map(Arc::new)
}

/// One rule as text.
pub(crate) struct RuleSource {
    pub(crate) id: String,
    pub(crate) file: String,
    pub(crate) text: String,
}

impl RuleSource {
    /// An error of this rule where its text has `near`, or at its first line.
    fn wrong(&self, near: usize, problem: impl Into<String>) -> RuleError {
        let (line, _) = crate::lines::lines_of(self.text.as_bytes(), &(near..near));
        let (rule, file) = (self.id.clone(), self.file.clone());
        RuleError::Invalid { rule, file, line, problem: problem.into() }
    }
}

fn builtin_sources() -> Vec<RuleSource> {
    let source = |&(id, file, text): &(&str, &str, &str)| RuleSource {
        id: id.into(),
        file: file.into(),
        text: text.into(),
    };
    BUILTIN.iter().map(source).collect()
}

pub(crate) fn read_source(folder: &Path, id: String) -> Result<RuleSource, RuleError> {
    let path = folder.join(&id).join("rule.yar");
    let file = path.display().to_string();
    match fs::read_to_string(&path) {
        Ok(text) => Ok(RuleSource { id, file, text }),
        Err(e) => Err(RuleError::Folder { folder: file, problem: e.to_string() }),
    }
}

/// The folders in `folder`, in order of their names.
pub(crate) fn folder_names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Compiles each rule in a namespace of its own, which is its id.
pub(crate) fn compile(sources: &[RuleSource]) -> Result<RuleSet, RuleError> {
    let texts: Vec<_> = sources.iter().map(|source| (source.id.as_str(), source.text.as_str())).collect();
    let compile = |group: Group| {
        group.compile(&texts).map_err(|problem| match problem.source {
            Some(source) => sources[source].wrong(problem.near, problem.text),
            None => RuleError::Folder { folder: "the engine's own".into(), problem: problem.text },
        })
    };
    let [python, javascript, other] = Group::ALL;
    rule_set(sources, [compile(python)?, compile(javascript)?, compile(other)?])
}

/// What the rules say of themselves, beside them.
fn rule_set(sources: &[RuleSource], compiled: [yara_x::Rules; 3]) -> Result<RuleSet, RuleError> {
    let mut rules =
        sources.iter().map(|source| documented(source, &compiled)).collect::<Result<Vec<_>, _>>()?;
    rules.extend(crate::combine::TABLE.iter().map(|row| row.statement.rule()));
    rules.extend(crate::unread::Unread::ALL.iter().map(|kind| kind.statement().rule()));
    rules.extend(crate::pickle::STATEMENTS.iter().map(Statement::rule));
    rules.extend(archive::Violation::documentation().into_iter().map(Rule::of_archive));
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let positions = rules.iter().enumerate().map(|(position, rule)| (rule.id.clone(), position)).collect();
    Ok(RuleSet { rules, positions, digest: digest(sources), compiled })
}

/// The one public rule of a source, whose name is the id with `_` for `-`.
fn documented(source: &RuleSource, compiled: &[yara_x::Rules; 3]) -> Result<Rule, RuleError> {
    let name = source.id.replace('-', "_");
    let near = source.text.find("rule ").unwrap_or(0);
    let own = |rules: &yara_x::Rules| rules.iter().any(|rule| rule.namespace() == source.id);
    let compiled = compiled.iter().find(|rules| own(rules));
    let mut own = compiled.into_iter().flat_map(yara_x::Rules::iter);
    let mut own = own.by_ref().filter(|rule| rule.namespace() == source.id && !rule.is_private());
    match (own.next(), own.next()) {
        (Some(rule), None) if rule.identifier() == name => {
            Rule::read(&source.id, &rule).map_err(|problem| source.wrong(near, problem))
        }
        _ => Err(source.wrong(near, format!("the file must hold one public rule, named {name}"))),
    }
}

fn digest(sources: &[RuleSource]) -> Sha256 {
    let mut all = format!("{} {}", env!("CARGO_PKG_VERSION"), env!("AIRLOCK_SCANNER_SOURCES"));
    for RuleSource { id, text, .. } in sources {
        all.push_str(&format!("\n{id} {}\n{text}", text.len()));
    }
    Sha256::of(all.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(text: &str) -> String {
        let file = "r/sample-rule/rule.yar".to_owned();
        let source = RuleSource { id: "sample-rule".into(), file, text: text.into() };
        compile(&[source]).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn an_error_names_rule_file_and_line() {
        let broken = "\n\nrule sample_rule {\n  condition: nothing\n}";
        let expected = "rule sample-rule at r/sample-rule/rule.yar:4: unknown identifier `nothing`";
        assert!(error_of(broken).starts_with(expected), "{}", error_of(broken));
        let other = "// why\nrule other { condition: false }";
        let expected = "rule sample-rule at r/sample-rule/rule.yar:2: the file must hold one public rule, named sample_rule";
        assert_eq!(error_of(other), expected);
    }

    #[test]
    fn a_rule_without_documentation_is_refused() {
        let missing = "rule sample_rule { meta: title = \"x\" condition: false }";
        assert!(error_of(missing).ends_with("meta severity is missing: add a text"), "{}", error_of(missing));
        let unknown = "rule sample_rule { meta: title = \"x\" severity = \"terrible\" condition: false }";
        assert!(error_of(unknown).contains("meta severity \"terrible\" is unknown"), "{}", error_of(unknown));
    }

    #[test]
    fn a_folder_without_rules_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(from_folder(folder.path()).map(|_| ()).unwrap_err().to_string().contains("it holds no rule"));
        assert!(from_folder(&folder.path().join("none")).is_err());
    }

    #[test]
    fn the_digest_is_known_before_the_rules_are_compiled() {
        assert_eq!(builtin_digest(), builtin().unwrap().digest());
    }
}
