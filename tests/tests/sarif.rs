//! SARIF 2.1.0: what `domain` writes is what the schema asks for, and the check of it notices what is not.

#![expect(
    clippy::unwrap_used,
    reason = "clippy's setting for tests does not reach the functions that they share"
)]

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use cargo_metadata::MetadataCommand;
use domain::{Confidence, Coverage, Finding, SarifArtifact, SarifRun, Severity, Sha256, Skipped};
use e2e::{Binaries, Venv};
use serde_json::{Value, json};

/// Reads logs from stdin, and writes what is wrong with each.
const CHECK: &str = "\
import json, sys, jsonschema
validator = jsonschema.Draft7Validator(json.load(open(sys.argv[1], encoding='utf-8')))
tell = lambda error: '/'.join(map(str, error.absolute_path)) + ': ' + error.message[:200]
print(json.dumps([[tell(error) for error in validator.iter_errors(log)] for log in json.load(sys.stdin)]))
";

/// The schema of OASIS, as the crate `serde-sarif` ships it: cargo has it, and nothing is compiled.
fn schema() -> PathBuf {
    let metadata = MetadataCommand::new().manifest_path("Cargo.toml").exec().unwrap();
    let package = metadata.packages.iter().find(|package| *package.name == "serde-sarif").unwrap();
    let file = package.manifest_path.with_file_name("src").join("schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert!(schema["title"].as_str().unwrap().contains("Version 2.1.0"), "{file}");
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    file.into()
}

/// What is wrong with each log.
fn problems(venv: &Venv, logs: &[Value]) -> Vec<Vec<String>> {
    let mut check = Command::new(venv.program("python"));
    check.args(["-c", CHECK]).arg(schema()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut check = check.spawn().unwrap();
    check.stdin.take().unwrap().write_all(json!(logs).to_string().as_bytes()).unwrap();
    let output = check.wait_with_output().unwrap();
    assert!(output.status.success());
    let problems: Vec<Vec<String>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(problems.len(), logs.len());
    problems
}

fn finding(path: Option<&str>, lines: [Option<u64>; 2], severity: Severity) -> Finding {
    Finding {
        rule: "a-rule".to_owned(),
        title: "t".to_owned(),
        severity,
        confidence: Confidence::Low,
        path: path.map(str::to_owned),
        line: lines[0],
        end_line: lines[1],
        message: "m".to_owned(),
        recommendation: "r".to_owned(),
        references: vec!["https://cwe.mitre.org/data/definitions/94.html".to_owned()],
    }
}

/// A log with everything that a report can hold.
fn log() -> Value {
    let mut findings = vec![
        finding(Some("a b/\u{202e}%/é:#?.py"), [Some(3), Some(9)], Severity::Critical),
        finding(Some(""), [Some(0), Some(0)], Severity::Unknown),
        finding(Some("a.whl!/b.py"), [Some(9), Some(3)], Severity::Medium),
        finding(None, [None, None], Severity::Low),
        finding(None, [None, Some(1)], Severity::Info),
    ];
    let empty = Finding {
        rule: String::new(),
        title: String::new(),
        message: String::new(),
        recommendation: String::new(),
        references: vec!["no address".to_owned(), String::new()],
        ..finding(Some("x"), [None, None], Severity::High)
    };
    findings.push(empty);
    let skipped = vec![Skipped { path: "big \u{1b}.js".to_owned(), reason: String::new() }];
    let coverage = Coverage { files: 2, bytes: u64::MAX, scanned_files: 1, scanned_bytes: 1, skipped };
    let artifact =
        |name| SarifArtifact { name, sha256: Sha256::of(b"x"), coverage: &coverage, findings: &findings };
    let names =
        ["C:\\a b.zip", "https://host.invalid/a.zip", "pkg:npm/%40a/b@1", "https://host.invalid/{a b}", ""];
    let failures = ["cannot scan [x](y)".to_owned(), String::new()];
    let artifacts = names.map(artifact).to_vec();
    SarifRun { engine: "engine", rules: vec![], artifacts, failures: &failures }.log()
}

#[test]
fn every_shape_of_a_report_is_valid_sarif() {
    let venv = Venv::provide().unwrap();
    let log = log();
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 30);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().len(), 7);
    let nothing = SarifRun::default().log();
    assert_eq!(problems(&venv, &[log, nothing]), [Vec::<String>::new(), vec![]]);
}

#[test]
fn what_the_command_prints_is_valid_sarif() {
    let venv = Venv::provide().unwrap();
    let binaries = Binaries::build(&venv).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.zip");
    fs::write(&broken, b"PK\x03\x04 and no more").unwrap();
    let mut scan = Command::new(binaries.program("airlock").unwrap());
    scan.args(["scan", "--format", "sarif", "examples/packages", "not-there.zip"]).arg(&broken);
    let output = scan.current_dir(root).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let run = &log["runs"][0];
    assert!(run["results"].as_array().unwrap().len() > 1, "{run}");
    assert!(run["tool"]["driver"]["rules"].as_array().unwrap().len() > 150);
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(problems(&venv, &[log]), [Vec::<String>::new()]);
}

#[test]
fn the_check_notices_what_is_missing_or_off() {
    let venv = Venv::provide().unwrap();
    type Spoil = fn(&mut Value);
    let spoils: [(Spoil, &str); 12] = [
        (|log| remove(log, "", "version"), ": 'version' is a required property"),
        (|log| remove(log, "/runs/0", "tool"), "'tool' is a required property"),
        (|log| remove(log, "/runs/0/tool/driver", "name"), "'name' is a required property"),
        (|log| remove(log, "/runs/0/tool/driver/rules/0", "id"), "'id' is a required property"),
        (|log| remove(log, "/runs/0/results/0", "message"), "'message' is a required property"),
        (
            |log| remove(log, "/runs/0/invocations/0", "executionSuccessful"),
            "'executionSuccessful' is a required property",
        ),
        (|log| put(log, "/version", json!("2.0.0")), "version: '2.0.0' is not one of ['2.1.0']"),
        (|log| put(log, "/runs/0/results/0/level", json!("fatal")), "'fatal' is not one of"),
        (|log| put(log, "/runs/0/columnKind", json!("bytes")), "'bytes' is not one of"),
        (
            |log| put(log, "/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)),
            "startLine: 0 is less than the minimum of 1",
        ),
        (
            |log| put(log, "/runs/0/results/0/ruleIndex", json!("0")),
            "ruleIndex: '0' is not of type 'integer'",
        ),
        (
            |log| log["runs"][0]["results"][0]["severity"] = json!("high"),
            "Additional properties are not allowed ('severity' was unexpected)",
        ),
    ];
    let spoiled = spoils.map(|(spoil, _)| {
        let mut log = log();
        spoil(&mut log);
        log
    });
    for (problems, (_, expected)) in problems(&venv, &spoiled).iter().zip(spoils) {
        assert!(problems.len() == 1 && problems[0].contains(expected), "{expected}: {problems:?}");
    }
}

fn remove(log: &mut Value, place: &str, member: &str) {
    let removed = log.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(member);
    assert!(removed.is_some(), "{place}/{member}");
}

fn put(log: &mut Value, place: &str, value: Value) {
    *log.pointer_mut(place).unwrap() = value;
}
