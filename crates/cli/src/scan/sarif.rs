//! SARIF 2.1.0, as code scanning reads it: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeMap;

use domain::{Finding, Severity};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use scanner::rules::Rule;
use serde_json::{Value, json};

use super::Scanned;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What a URI's path shows as it is (RFC 3986). A colon is encoded: in a relative reference it would end a scheme.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'+')
    .remove(b'@');

/// One run over all artifacts. What could not be scanned makes it unsuccessful.
pub(super) fn log(artifacts: &[Scanned], troubles: &[String], rules: &[Rule]) -> Value {
    let results: Vec<Value> = artifacts
        .iter()
        .flat_map(|scanned| scanned.findings.iter().map(|finding| result(&scanned.artifact, finding)))
        .collect();
    let skipped = artifacts.iter().flat_map(|scanned| {
        let skipped = scanned.coverage.skipped.iter();
        skipped.map(|entry| {
            notification("warning", &format!("{}: {}: {}", scanned.artifact, entry.path, entry.reason))
        })
    });
    let failed = troubles.iter().map(|trouble| notification("error", trouble));
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "airlock",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": descriptors(artifacts, rules),
            }},
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": troubles.is_empty(),
                "toolExecutionNotifications": failed.chain(skipped).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    })
}

/// Every rule, and what the findings themselves say of a rule of `archive`. One entry an id.
fn descriptors(artifacts: &[Scanned], rules: &[Rule]) -> Vec<Value> {
    let found = artifacts.iter().flat_map(|scanned| &scanned.findings);
    let mut all: BTreeMap<&str, Value> = found
        .map(|f| {
            (f.rule.as_str(), descriptor(&f.rule, &f.title, &f.message, (&f.recommendation, f.severity)))
        })
        .collect();
    let known = rules.iter().map(|r| {
        (r.id.as_str(), descriptor(&r.id, &r.title, &r.description, (&r.recommendation, r.severity)))
    });
    all.extend(known);
    all.into_values().collect()
}

fn descriptor(id: &str, title: &str, text: &str, (help, severity): (&str, Severity)) -> Value {
    json!({
        "id": id,
        "shortDescription": {"text": or(title, id)},
        "fullDescription": {"text": or(text, title)},
        "help": {"text": or(help, title)},
        "defaultConfiguration": {"level": level(severity)},
        "properties": {"security-severity": score(severity), "tags": ["security"]},
    })
}

/// A message of SARIF is never empty.
fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

fn result(artifact: &str, finding: &Finding) -> Value {
    let artifact_uri = uri(artifact, finding.path.as_deref());
    let mut location = json!({"artifactLocation": {"uri": artifact_uri}});
    if let Some(line) = finding.line.filter(|line| *line > 0) {
        let end = finding.end_line.map_or(line, |end| end.max(line));
        location["region"] = json!({"startLine": line, "endLine": end});
    }
    json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": or(&finding.message, &finding.title)},
        "locations": [{"physicalLocation": location}],
        "properties": {"severity": finding.severity, "confidence": finding.confidence},
    })
}

fn notification(level: &str, text: &str) -> Value {
    json!({"level": level, "message": {"text": text}})
}

/// `<artifact>!/<member>`, the way that nested archives are commonly written.
fn uri(artifact: &str, member: Option<&str>) -> String {
    let encode = |text: &str| utf8_percent_encode(text, PATH).to_string();
    let is_url = artifact.contains("://") || artifact.starts_with("pkg:");
    let base = if is_url { artifact.to_owned() } else { encode(&artifact.replace('\\', "/")) };
    member.map_or_else(|| base.clone(), |member| format!("{base}!/{}", encode(member)))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High | Severity::Unknown => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The number that GitHub's code scanning sorts by.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::Unknown => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "0.0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_has_a_uri_of_its_own() {
        assert_eq!(uri("a b/c.zip", Some("x:y/é#1.py")), "a%20b/c.zip!/x%3Ay/%C3%A9%231.py");
        assert_eq!(uri("https://host.invalid/a.zip", Some("x")), "https://host.invalid/a.zip!/x");
        assert_eq!(uri("pkg:npm/%40a/b@1", None), "pkg:npm/%40a/b@1");
    }
}
