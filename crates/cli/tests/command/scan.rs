//! `airlock scan` on a file, a folder of archives and a broken file.

use std::{collections::BTreeSet, fs};

use crate::support::{airlock, example};
use serde_json::Value;

const CLEAN: &str = "packages/clean-stats-1.2.0.zip";
const HOSTILE: &str = "packages/quick-colors-1.0.2.tar.gz";

fn path(name: &str) -> String {
    example(name).to_str().unwrap().to_owned()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn exit_status_tells_what_was_found() {
    assert_eq!(airlock(&["scan", &path(CLEAN)]).code, 0);
    let hostile = airlock(&["scan", &path(HOSTILE)]);
    assert_eq!(hostile.code, 1, "{}", hostile.stderr);
    assert!(hostile.stdout.contains("setup.py:"), "{}", hostile.stdout);
    assert_eq!(airlock(&["scan", &path("packages")]).code, 1);
}

#[test]
fn a_finding_is_shown_with_its_line_and_what_to_do() {
    let ended = airlock(&["scan", &path(HOSTILE)]);
    let block = ended.stdout.split("\n\n").next().unwrap();
    let expected = [
        "critical[python-download-execute]: ",
        "\n  --> quick-colors-1.0.2/setup.py:14\n      |\n   14 |         exec(urllib.request.urlopen(\"",
        "\n      |         ^^^^^",
        "\n  why: ",
        "\n  fix: ",
        "\n  see: docs/rules.md#python-download-execute https://",
    ];
    assert!(expected.iter().all(|expected| block.contains(expected)), "{block}");
    let summary = ": refused\n  3 of 3 files scanned (1006 bytes), 0 skipped; 5 findings: 1 critical, ";
    assert!(ended.stdout.contains(summary), "{}", ended.stdout);
    assert!(
        ended.stdout.ends_with("\n0 would be approved, 1 refused (threshold medium)\n"),
        "{}",
        ended.stdout
    );
    assert!(!ended.stdout.contains('\u{1b}'), "no colours where stdout is no terminal");
    assert_eq!(airlock(&["scan", &path(HOSTILE)]).stdout, ended.stdout, "twice the same");
}

#[test]
fn the_json_is_the_documented_one() {
    let ended = airlock(&["scan", &path("packages"), "--format", "json"]);
    let document: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(keys(&document), set(&["artifacts"]));
    let artifacts = document["artifacts"].as_array().unwrap();
    assert_eq!(artifacts.len(), 3);
    let mut findings = 0;
    for artifact in artifacts {
        assert_eq!(keys(artifact), set(&["artifact", "sha256", "coverage", "findings"]));
        let coverage = ["files", "bytes", "scanned_files", "scanned_bytes", "skipped"];
        assert_eq!(keys(&artifact["coverage"]), set(&coverage));
        let bytes = fs::read(artifact["artifact"].as_str().unwrap()).unwrap();
        assert_eq!(artifact["sha256"], domain::Sha256::of(&bytes).to_string());
        for finding in artifact["findings"].as_array().unwrap() {
            findings += 1;
            let members = [
                "rule",
                "title",
                "severity",
                "confidence",
                "path",
                "line",
                "end_line",
                "message",
                "recommendation",
                "references",
            ];
            assert_eq!(keys(finding), set(&members));
        }
    }
    assert!(findings > 0);
}

#[test]
fn what_cannot_be_scanned_does_not_hide_the_others() {
    let root = tempfile::tempdir().unwrap();
    let broken = root.path().join("bro\u{1b}[2Jken.zip");
    fs::write(&broken, b"this is no archive").unwrap();
    let ended = airlock(&["scan", broken.to_str().unwrap(), &path(HOSTILE), "--format", "json"]);
    assert_eq!(ended.code, 2);
    let document: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(document["artifacts"].as_array().unwrap().len(), 1);
    assert!(ended.stderr.contains("neither a zip archive nor"), "{}", ended.stderr);
    assert!(!ended.stderr.contains('\u{1b}'), "{:?}", ended.stderr);

    let empty = root.path().join("empty");
    fs::create_dir(&empty).unwrap();
    for nothing in [empty.to_str().unwrap(), "not-there.zip", "ftp://host.invalid/a.zip"] {
        let ended = airlock(&["scan", nothing]);
        assert_eq!(ended.code, 2, "{nothing}");
        assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    }
    assert_eq!(airlock(&["scan"]).code, 2);
}

#[test]
fn an_archive_that_breaks_off_is_a_finding() {
    let root = tempfile::tempdir().unwrap();
    let whole = fs::read(example(CLEAN)).unwrap();
    let cut = root.path().join("cut.zip");
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let ended = airlock(&["scan", cut.to_str().unwrap(), "--format", "json"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).unwrap();
    let finding = &document["artifacts"][0]["findings"][0];
    assert!(
        finding["rule"].as_str().unwrap().starts_with("archive-") && finding["severity"] == "critical",
        "{finding}"
    );
}

#[test]
fn sarif_names_rule_and_place() {
    let ended = airlock(&["scan", &path("packages"), "--format", "sarif"]);
    assert_eq!(ended.code, 1);
    let log: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: BTreeSet<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len(), "an id is there once");
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        assert!(ids.contains(result["ruleId"].as_str().unwrap()));
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].as_str().unwrap().contains(".tar.gz!/"), "{place}");
        assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}
