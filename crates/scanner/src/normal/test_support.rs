//! Test support: sources and the normal forms that they must have.

use std::time::Duration;

use super::{Language, Unnormal};

/// The normal form, with time enough for builds that are not optimized.
pub(super) fn normal_form(language: Language, bytes: &[u8]) -> Result<Vec<u8>, Unnormal> {
    super::normal_form(language, bytes, Duration::from_millis(1_300))
}

/// Asserts that each source has the normal form after it.
pub(super) fn assert_normal(language: Language, cases: &[(&str, &str)]) {
    assert!(!cases.is_empty(), "a table without cases shows nothing");
    let wrong: Vec<_> = cases
        .iter()
        .map(|(source, expected)| (source, expected, normal(language, source)))
        .filter(|(_, expected, actual)| actual != **expected)
        .map(|(source, expected, actual)| {
            format!("source:   {source}\nexpected: {expected}\nactual:   {actual}\n")
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The normal form, without blanks at the ends of lines.
pub(super) fn normal(language: Language, source: &str) -> String {
    let bytes = normal_form(language, source.as_bytes()).expect("the source is under every cap");
    let text = String::from_utf8(bytes).expect("a normal form is UTF-8");
    text.split('\n').map(str::trim_end).collect::<Vec<_>>().join("\n")
}
