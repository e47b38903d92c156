//! `airlock run` on the examples, and what all commands share.

use std::{collections::BTreeSet, fs, path::Path};

use crate::support::{Ended, airlock, example, examples, tree};
use serde_json::Value;

fn run_examples(store: &Path, more: &[&str]) -> Ended {
    let csv = example("public-package-request.csv");
    let mut arguments = vec!["run", csv.to_str().unwrap(), "--store", store.to_str().unwrap()];
    arguments.extend(more);
    airlock(&arguments)
}

#[test]
fn two_examples_are_approved_and_one_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let store = root.path().join("store");
    let ended = run_examples(&store, &["--format", "json"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert_eq!(ended.stderr, "", "no progress where stderr is no terminal");

    let results: Value = serde_json::from_str(&ended.stdout).unwrap();
    let packages = results["packages"].as_array().unwrap();
    let of = |verdict: &str| packages.iter().filter(|p| p["verdict"] == verdict).collect::<Vec<_>>();
    let (approved, refused) = (of("approved"), of("refused"));
    assert_eq!((packages.len(), approved.len(), refused.len()), (3, 2, 1), "{}", ended.stdout);

    let reason = refused[0]["reasons"][0].as_str().unwrap();
    let place = reason.split(" at ").nth(1).and_then(|rest| rest.split(": ").next()).unwrap();
    let (path, line) = place.rsplit_once(':').unwrap();
    assert!(!path.is_empty() && line.parse::<u64>().unwrap() > 0, "{reason}");
    assert_eq!(refused[0]["publication"], Value::Null);

    for package in &approved {
        let name = package["package"].as_str().unwrap();
        let input = fs::read(example(package["url"].as_str().unwrap())).unwrap();
        let sha256 = domain::Sha256::of(&input).to_string();
        assert_eq!(package["sha256"], sha256.as_str());
        assert_eq!(package["bytes"], input.len());
        let publication = &package["publication"];
        let version = store
            .join("repository/generic")
            .join(name)
            .join(name)
            .join(publication["version"].as_str().unwrap());
        assert!(version.join("version.json").is_file());
        let published = version.join("assets").join(&sha256);
        assert!(fs::read(&published).unwrap() == input, "{}", published.display());
    }
    for package in packages {
        let record = fs::read(store.join(package["record"].as_str().unwrap())).unwrap();
        let record: Value = serde_json::from_slice(&record).unwrap();
        assert_eq!((&record["verdict"], &record["sha256"]), (&package["verdict"], &package["sha256"]));
    }
    let there = tree(&store.join("repository")).into_keys().collect::<String>();
    assert!(!there.contains(refused[0]["sha256"].as_str().unwrap()), "the refused package is not there");
    let mails: Vec<Vec<u8>> = tree(&store.join("outbox")).into_values().collect();
    assert_eq!(mails.len(), 4, "one a package and one for all");
    let install = approved[0]["publication"]["install"][0].as_str().unwrap();
    assert!(mails.iter().any(|mail| String::from_utf8_lossy(mail).contains(install)), "{install}");
}

#[test]
fn the_json_is_the_documented_one() {
    let root = tempfile::tempdir().unwrap();
    let ended = run_examples(root.path(), &["--format", "json"]);
    let results: Value = serde_json::from_str(&ended.stdout).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(keys(&results), set(&["submission", "packages", "rejected_rows"]));
    let members =
        ["package", "url", "sha256", "bytes", "verdict", "reasons", "counts", "publication", "record"];
    assert_eq!(keys(&results["packages"][0]), set(&members));
    assert_eq!(results["rejected_rows"], Value::Array(vec![]));
}

#[test]
fn a_second_run_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let first = run_examples(root.path(), &[]);
    let before = tree(root.path());
    assert!(before.len() > 10, "{:?}", before.keys());
    let second = run_examples(root.path(), &["--jobs", "1"]);
    assert_eq!((first.code, &first.stdout), (second.code, &second.stdout));
    let after = tree(root.path());
    let changed: Vec<_> =
        after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)).map(|(p, _)| p).collect();
    assert!(changed.is_empty() && before.len() == after.len(), "{changed:?}");
}

#[test]
fn the_table_names_rule_file_and_line() {
    let root = tempfile::tempdir().unwrap();
    let ended = run_examples(&root.path().join("s"), &[]);
    assert!(ended.stdout.contains("2 approved, 1 refused, 0 failed, 0 rejected rows"), "{}", ended.stdout);
    assert!(ended.stdout.contains("quick-colors") && ended.stdout.contains("setup.py:"), "{}", ended.stdout);
    assert!(!ended.stdout.contains('\u{1b}'), "no escapes where stdout is no terminal");
}

#[test]
fn one_row_never_harms_another() {
    let root = tempfile::tempdir().unwrap();
    let csv = root.path().join("requests.csv");
    let good = fs::read(example("packages").join("clean-stats-1.2.0.zip")).unwrap();
    fs::write(root.path().join("good.zip"), good).unwrap();
    fs::write(root.path().join("broken.zip"), b"PK\x03\x04 and no more").unwrap();
    fs::write(root.path().join("text.zip"), b"this is no archive").unwrap();
    let rows = "good,good.zip\nbroken,broken.zip\ntext,text.zip\nmissing,missing.zip\nBad Name,good.zip\n\
        unreachable,https://unreachable.example.invalid/a.zip\n";
    fs::write(&csv, format!("PublicPackageRepoName,PublicPackageRepoUrl\n{rows}")).unwrap();
    let store = root.path().join("store");
    let ended =
        airlock(&["run", csv.to_str().unwrap(), "--store", store.to_str().unwrap(), "--format", "json"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    let results: Value = serde_json::from_str(&ended.stdout).unwrap();
    let verdicts: Vec<_> =
        results["packages"].as_array().unwrap().iter().map(|p| (&p["package"], &p["verdict"])).collect();
    let expected = [
        ("good", "approved"),
        ("broken", "refused"),
        ("text", "failed"),
        ("missing", "failed"),
        ("unreachable", "failed"),
    ];
    assert_eq!(verdicts.len(), expected.len(), "{verdicts:?}");
    for ((package, verdict), (name, outcome)) in verdicts.iter().zip(expected) {
        assert_eq!((package.as_str(), verdict.as_str()), (Some(name), Some(outcome)), "{verdicts:?}");
    }
    assert_eq!(results["rejected_rows"][0]["row"], 6);
    assert_eq!(tree(&store.join("decisions")).len(), 5, "a decision for each accepted row");
    assert_eq!(tree(&store.join("outbox")).len(), 6, "a message for each, and one for all");
}

#[test]
fn bad_input_is_told_in_one_sentence() {
    let root = tempfile::tempdir().unwrap();
    let wide = root.path().join("wide.csv");
    fs::write(&wide, b"\xff\xfea\0,\0").unwrap();
    let missing = root.path().join("mis\u{1b}[2Jsing.csv");
    for (csv, said) in [(&wide, "is UTF-16"), (&missing, "cannot read the request file")] {
        let store = root.path().join("store");
        let ended = airlock(&["run", csv.to_str().unwrap(), "--store", store.to_str().unwrap()]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
        assert!(ended.stderr.starts_with("airlock: ") && ended.stderr.contains(said), "{}", ended.stderr);
        assert!(ended.stderr.lines().count() == 1 && !ended.stderr.contains('\u{1b}'), "{}", ended.stderr);
        assert!(!store.join("decisions").exists() && !store.join("outbox").exists());
    }
    for usage in
        [&["run"][..], &["run", "x.csv", "--threshold", "none"], &["run", "x.csv", "--jobs", "0"], &["fly"]]
    {
        assert_eq!(airlock(usage).code, 2, "{usage:?}");
    }
    if !cfg!(feature = "aws") {
        let csv = example("public-package-request.csv");
        let ended = airlock(&["run", csv.to_str().unwrap(), "--scanner", "codeguru"]);
        assert_eq!(ended.code, 2);
        assert!(ended.stderr.contains("--features aws"), "{}", ended.stderr);
    }
}

#[test]
fn help_as_people_read_it() {
    insta::assert_snapshot!("help", airlock(&["--help"]).stdout);
    insta::assert_snapshot!("help_run", airlock(&["run", "--help"]).stdout);
    insta::assert_snapshot!("help_scan", airlock(&["scan", "--help"]).stdout);
    insta::assert_snapshot!("help_serve", airlock(&["serve", "--help"]).stdout);
    insta::assert_snapshot!("help_rules", airlock(&["rules", "--help"]).stdout);
    insta::assert_snapshot!("help_rules_list", airlock(&["rules", "list", "--help"]).stdout);
    insta::assert_snapshot!("help_rules_test", airlock(&["rules", "test", "--help"]).stdout);
    assert_eq!(airlock(&["--version"]).stdout, concat!("airlock ", env!("CARGO_PKG_VERSION"), "\n"));
    assert!(examples().is_dir());
}
