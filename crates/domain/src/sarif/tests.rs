use proptest::prelude::*;

use super::*;
use crate::steers;

static COVERAGE: Coverage =
    Coverage { files: 2, bytes: 9, scanned_files: 1, scanned_bytes: 4, skipped: vec![] };

fn finding(rule: &str, path: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        title: "runs code".to_owned(),
        severity: Severity::Critical,
        confidence: Confidence::High,
        path: Some(path.to_owned()),
        line: Some(3),
        end_line: None,
        message: "code is run".to_owned(),
        recommendation: "remove it".to_owned(),
        references: vec!["https://cwe.mitre.org/data/definitions/94.html".to_owned()],
    }
}

fn artifact<'a>(name: &'a str, findings: &'a [Finding]) -> SarifArtifact<'a> {
    SarifArtifact { name, sha256: Sha256::of(b"x"), coverage: &COVERAGE, findings }
}

#[test]
fn a_member_has_a_uri_of_its_own() {
    let uri = |name, member| artifact(name, &[]).uri(member);
    assert_eq!(uri("a b/c.zip", Some("x:y/é#1.py")), "a%20b/c.zip!/x%3Ay/%C3%A9%231.py");
    assert_eq!(uri("https://host.invalid/a.zip", Some("x")), "https://host.invalid/a.zip!/x");
    assert_eq!(uri("pkg:npm/%40a/b@1", None), "pkg:npm/%40a/b@1");
    assert_eq!(uri("https://h/\u{1b}[2J", None), "https%3A//h/%1B%5B2J");
}

#[test]
fn a_result_names_its_rule_and_stays_itself_when_lines_move() {
    let findings = [finding("b-rule", "a.py"), finding("b-rule", "a.py"), finding("a-rule", "a.py")];
    let known = SarifRule { id: "z-rule", ..SarifRule::from(&findings[0]) };
    let log = |findings: &[Finding]| {
        let artifacts = vec![artifact("p.zip", findings)];
        SarifRun { engine: "e", rules: vec![known], artifacts, failures: &[] }.log()["runs"][0].clone()
    };
    let run = log(&findings);
    let rules: Vec<_> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|r| &r["id"]).collect();
    assert_eq!(rules, ["a-rule", "b-rule", "z-rule"]);
    let results = run["results"].as_array().unwrap();
    assert_eq!([&results[0]["ruleIndex"], &results[2]["ruleIndex"]], [1, 0]);

    let prints = |run: &Value| {
        let results = run["results"].as_array().unwrap().clone();
        results.into_iter().map(|r| r["partialFingerprints"].to_string()).collect::<Vec<_>>()
    };
    let distinct: std::collections::BTreeSet<_> = prints(&run).into_iter().collect();
    assert_eq!(distinct.len(), 3);
    let moved = findings.clone().map(|f| Finding { line: Some(90), ..f });
    assert_eq!(prints(&log(&moved)), prints(&run));
}

#[test]
fn a_rule_carries_its_weakness_for_code_scanning() {
    let finding = finding("python-runs-code", "a.py");
    let descriptor = SarifRule::from(&finding).descriptor();
    assert_eq!(descriptor["name"], "PythonRunsCode");
    assert_eq!(descriptor["properties"]["tags"], json!(["security", "external/cwe/cwe-094"]));
    assert_eq!(descriptor["helpUri"], "https://cwe.mitre.org/data/definitions/94.html");
    assert_eq!(cwe("https://cwe.mitre.org/data/definitions/.html"), None);
    assert_eq!(cwe("https://cwe.mitre.org/data/definitions/1/evil.html"), None);
}

#[test]
fn what_was_not_scanned_is_said_with_its_place() {
    let skipped = vec![Skipped { path: "b c.py".into(), reason: "time ran out".into() }];
    let coverage = Coverage { skipped, ..COVERAGE.clone() };
    let scanned = SarifArtifact { coverage: &coverage, ..artifact("p.zip", &[]) };
    let run =
        SarifRun { engine: "", rules: vec![], artifacts: vec![scanned], failures: &["cannot scan q".into()] };
    let invocation = run.log()["runs"][0]["invocations"][0].clone();
    assert_eq!(invocation["executionSuccessful"], false);
    let said = &invocation["toolExecutionNotifications"];
    assert_eq!([&said[0]["level"], &said[0]["message"]["text"]], ["error", "cannot scan q"]);
    assert_eq!(
        [&said[1]["level"], &said[1]["message"]["text"]],
        ["warning", "b c.py was not scanned: time ran out"]
    );
    let place = &said[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(place, "p.zip!/b%20c.py");
}

/// Every text of a document.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => vec![],
    }
}

proptest! {
    #[test]
    fn no_text_of_a_package_steers_links_or_breaks_a_uri(hostile in "[\\x00-\\u{2fff}]{0,20}|\\[a\\]\\(x\\)\\PC{0,9}") {
        let mut finding = finding(&hostile, &hostile);
        (finding.message, finding.references) = (hostile.clone(), vec![hostile.clone()]);
        let findings = [finding];
        let log = SarifRun { artifacts: vec![artifact(&hostile, &findings)], ..SarifRun::default() }.log();
        for text in texts(&log) {
            let without_lists = text.replace("\n- <", "").replace('\n', "");
            prop_assert!(!without_lists.chars().any(steers), "{:?}", text);
        }
        let result = &log["runs"][0]["results"][0];
        prop_assert!(!result["message"]["text"].as_str().unwrap().contains("]("));
        prop_assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        prop_assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~+@%!".contains(&b)), "{}", uri);
    }
}
