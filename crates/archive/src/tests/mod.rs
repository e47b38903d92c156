//! Every archive here is made by the builders; nothing hostile is stored.

mod bombs;
mod honest;
mod inert;
mod limits;
mod nested;
mod path_cases;
mod properties;
mod tar_builder;
mod tar_cases;
mod unreadable;
mod zip_builder;
mod zip_cases;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};

use crate::{ArchiveError, EntryKind, Limits, Summary, Violation, read};

/// An archive that breaks one rule.
struct Case {
    name: &'static str,
    archive: Vec<u8>,
    limits: Limits,
    expected: Violation,
}

impl Case {
    fn new(name: &'static str, archive: Vec<u8>, expected: Violation) -> Self {
        Self { name, archive, limits: Limits::default(), expected }
    }

    fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// What was told instead of the expected violation.
    fn mismatch(&self) -> Option<String> {
        match read(Cursor::new(&self.archive), &self.limits, |_, _| {}) {
            Err(ArchiveError::Refused(violation)) if violation == self.expected => None,
            other => Some(format!("{}: {other:?} instead of {:?}", self.name, self.expected)),
        }
    }
}

/// What was visited: path to kind and content.
type Contents = BTreeMap<String, (EntryKind, Vec<u8>)>;

fn contents(archive: &[u8]) -> Result<(Summary, Contents), ArchiveError> {
    let mut contents = Contents::new();
    let summary = read(Cursor::new(archive), &Limits::default(), |entry, content| {
        assert_eq!(entry.bytes, content.len() as u64);
        let before = contents.insert(entry.path.clone(), (entry.kind, content.to_vec()));
        assert_eq!(before, None, "visited twice");
    })?;
    assert_eq!(summary.files, contents.len() as u64);
    assert_eq!(summary.bytes, contents.values().map(|(_, content)| content.len() as u64).sum::<u64>());
    Ok((summary, contents))
}

fn cases() -> Vec<Case> {
    let tables = [
        zip_cases::whole(),
        zip_cases::members(),
        tar_cases::whole(),
        tar_cases::members(),
        path_cases::all(),
    ];
    tables.into_iter().flatten().collect()
}

#[test]
fn refuses_each_hostile_archive_for_its_own_reason() {
    let mismatches: Vec<String> = cases().iter().filter_map(Case::mismatch).collect();
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n"));
}

#[test]
fn every_rule_has_a_case() {
    let tested: BTreeSet<&str> = cases().iter().map(|case| case.expected.rule()).collect();
    let rules: BTreeSet<&str> = Violation::RULES.iter().copied().collect();
    assert_eq!(rules.len(), Violation::RULES.len(), "two rules share an id");
    assert_eq!(tested, rules);
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let cases = cases();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len());
}

#[test]
fn finding_is_critical_and_cannot_forge_text() {
    let finding = Violation::ParentPath("a\n\u{202e}\u{1b}[2J/../b".into()).finding();
    assert_eq!(finding.rule, "archive-parent-path");
    assert_eq!(finding.severity, domain::Severity::Critical);
    assert_eq!(finding.path.as_deref(), Some(r"a\n\u{202e}\u{1b}[2J/../b"));
    assert_eq!(finding.message, r#"the member "a\n\u{202e}\u{1b}[2J/../b" has `..` as a path component"#);
    let long = Violation::TooDeep("x".repeat(5000).as_str().into()).to_string();
    assert!(long.chars().count() < 300, "{long}");
}

#[test]
fn bytes_of_another_kind_are_no_archive() {
    for bytes in [&b""[..], b"PK", b"<html>not found</html>", b"\x7fELF\x02", b"MZ\x90\0PK\x05\x06"] {
        let result = read(Cursor::new(bytes), &Limits::default(), |_, _| {});
        assert!(matches!(result, Err(ArchiveError::NotAnArchive)), "{bytes:?}: {result:?}");
    }
}
