//! SARIF 2.1.0, as code scanning reads it: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::{Confidence, Coverage, Finding, Severity, Sha256, Skipped, one_line};

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

/// What scanning came to, to be written as one run.
#[derive(Debug, Clone, Default)]
pub struct SarifRun<'a> {
    /// The engine and its rules, as a report names them.
    pub engine: &'a str,
    /// The rules that were run. A finding of a rule that is not among them documents it.
    pub rules: Vec<SarifRule<'a>>,
    /// What was scanned, in order.
    pub artifacts: Vec<SarifArtifact<'a>>,
    /// What could not be scanned at all, a sentence each. One makes the run unsuccessful.
    pub failures: &'a [String],
}

/// One artifact that was scanned.
#[derive(Debug, Clone, Copy)]
pub struct SarifArtifact<'a> {
    /// A path, or the URL that it was fetched from.
    pub name: &'a str,
    /// Its bytes.
    pub sha256: Sha256,
    /// What was read and what was not.
    pub coverage: &'a Coverage,
    /// What was found.
    pub findings: &'a [Finding],
}

/// What a rule says of itself.
#[derive(Debug, Clone, Copy)]
pub struct SarifRule<'a> {
    /// Its id.
    pub id: &'a str,
    /// What it finds, in a few words.
    pub title: &'a str,
    /// What it finds, in a sentence.
    pub description: &'a str,
    /// What to do about it.
    pub recommendation: &'a str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// CWE, ATT&CK or advisory addresses.
    pub references: &'a [String],
}

impl<'a> From<&'a Finding> for SarifRule<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            id: &finding.rule,
            title: &finding.title,
            description: &finding.message,
            recommendation: &finding.recommendation,
            severity: finding.severity,
            confidence: finding.confidence,
            references: &finding.references,
        }
    }
}

impl SarifRun<'_> {
    /// The whole log. No text in it moves a cursor, starts a line or makes a link; an entry that was not scanned is a
    /// notification.
    pub fn log(&self) -> Value {
        let rules = self.rules();
        let positions: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(at, id)| (*id, at)).collect();
        let all = || self.artifacts.iter();
        let results = all().flat_map(|artifact| artifact.results(&positions)).collect::<Vec<_>>();
        let skipped = all().flat_map(|artifact| artifact.skipped());
        let failed = self.failures.iter().map(|failure| notification("error", failure));
        json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "airlock",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "fullName": text(self.engine, "airlock"),
                    "rules": rules.values().map(SarifRule::descriptor).collect::<Vec<_>>(),
                }},
                "columnKind": "utf16CodeUnits",
                "invocations": [{
                    "executionSuccessful": self.failures.is_empty(),
                    "toolExecutionNotifications": failed.chain(skipped).collect::<Vec<_>>(),
                }],
                "artifacts": all().map(SarifArtifact::described).collect::<Vec<_>>(),
                "results": results,
            }],
        })
    }

    /// One entry an id, in the order of the ids.
    fn rules(&self) -> BTreeMap<&str, SarifRule<'_>> {
        let findings = self.artifacts.iter().flat_map(|artifact| artifact.findings);
        let mut rules: BTreeMap<&str, SarifRule<'_>> =
            findings.map(|f| (f.rule.as_str(), f.into())).collect();
        rules.extend(self.rules.iter().map(|rule| (rule.id, *rule)));
        rules
    }
}

impl SarifRule<'_> {
    fn descriptor(&self) -> Value {
        let title = text(self.title, self.id);
        let help = text(self.recommendation, &title);
        let links: Vec<_> = self.references.iter().map(|address| one_line(address)).collect();
        let list: String = links.iter().map(|address| format!("\n- <{address}>")).collect();
        let cwe = self.references.iter().filter_map(|address| cwe(address));
        let tags: Vec<_> = ["security".to_owned()].into_iter().chain(cwe).collect();
        let mut descriptor = json!({
            "id": one_line(self.id),
            "name": pascal_case(self.id),
            "shortDescription": {"text": title},
            "fullDescription": {"text": text(self.description, &title)},
            "help": {"text": help, "markdown": format!("{}\n{list}", markdown(&help))},
            "defaultConfiguration": {"level": level(self.severity)},
            "properties": {
                "security-severity": score(self.severity),
                "precision": self.confidence,
                "tags": tags,
            },
        });
        if let Some(address) = links.into_iter().find(|address| is_address(address)) {
            descriptor["helpUri"] = address.into();
        }
        descriptor
    }
}

impl SarifArtifact<'_> {
    fn described(&self) -> Value {
        let Coverage { files, bytes, scanned_files, scanned_bytes, .. } = self.coverage;
        json!({
            "location": {"uri": self.uri(None)},
            "roles": ["analysisTarget"],
            "hashes": {"sha-256": self.sha256.to_string()},
            "properties": {
                "files": files, "bytes": bytes, "scannedFiles": scanned_files, "scannedBytes": scanned_bytes,
            },
        })
    }

    fn results(&self, positions: &BTreeMap<&str, usize>) -> Vec<Value> {
        let mut seen = BTreeMap::<(&str, Option<&str>), u64>::new();
        let mut results = Vec::new();
        for finding in self.findings {
            let nth = seen.entry((&finding.rule, finding.path.as_deref())).or_default();
            *nth += 1;
            results.push(self.result(finding, positions.get(finding.rule.as_str()), *nth));
        }
        results
    }

    /// `nth`: which finding of its rule it is in its file. Lines move with every edit, and are not in the fingerprint.
    fn result(&self, finding: &Finding, rule: Option<&usize>, nth: u64) -> Value {
        let uri = self.uri(finding.path.as_deref());
        let fingerprint = Sha256::of(format!("{}\n{uri}\n{nth}", finding.rule).as_bytes());
        let mut location = json!({"artifactLocation": {"uri": uri}});
        if let Some(line) = finding.line.filter(|line| *line > 0) {
            let end = finding.end_line.map_or(line, |end| end.max(line));
            location["region"] = json!({"startLine": line, "endLine": end});
        }
        let mut result = json!({
            "ruleId": one_line(&finding.rule),
            "level": level(finding.severity),
            "message": {"text": text(&finding.message, &text(&finding.title, &finding.rule))},
            "locations": [{"physicalLocation": location}],
            "partialFingerprints": {"ruleAndPlace/v1": fingerprint.to_string()},
            "properties": {"severity": finding.severity, "confidence": finding.confidence},
        });
        if let Some(rule) = rule {
            result["ruleIndex"] = (*rule).into();
        }
        result
    }

    fn skipped(&self) -> Vec<Value> {
        let skipped = self.coverage.skipped.iter().map(|Skipped { path, reason }| {
            let mut said = notification("warning", &format!("{path} was not scanned: {reason}"));
            let location = json!({"physicalLocation": {"artifactLocation": {"uri": self.uri(Some(path))}}});
            said["locations"] = json!([location]);
            said
        });
        skipped.collect()
    }

    /// `<artifact>!/<member>`, the way that nested archives are commonly written.
    fn uri(&self, member: Option<&str>) -> String {
        let encode = |text: &str| utf8_percent_encode(text, PATH).to_string();
        let base =
            if is_address(self.name) { self.name.to_owned() } else { encode(&self.name.replace('\\', "/")) };
        member.map_or_else(|| base.clone(), |member| format!("{base}!/{}", encode(member)))
    }
}

/// What stands as it is where SARIF wants a URI.
fn is_address(text: &str) -> bool {
    let address = ["https://", "http://", "pkg:"].iter().any(|scheme| text.starts_with(scheme));
    address && text.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b))
}

fn notification(level: &str, said: &str) -> Value {
    json!({"level": level, "message": {"text": text(said, level)}})
}

/// A message of SARIF is never empty, and `[text](target)` in it would be a link.
fn text(text: &str, otherwise: &str) -> String {
    let text = if text.trim().is_empty() { otherwise } else { text };
    one_line(text).replace("](", "] (")
}

fn markdown(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        if c.is_ascii_punctuation() && !".,:;()'/-".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
        escaped
    })
}

/// The tag that GitHub's code scanning reads, of an address of MITRE's list.
fn cwe(address: &str) -> Option<String> {
    let number = address.strip_prefix("https://cwe.mitre.org/data/definitions/")?.strip_suffix(".html")?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| format!("external/cwe/cwe-{number:0>3}"))
}

/// `python-download` is `PythonDownload`.
fn pascal_case(id: &str) -> String {
    let words = id.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| format!("{}{}", word[..1].to_ascii_uppercase(), &word[1..])).collect()
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
mod tests;
