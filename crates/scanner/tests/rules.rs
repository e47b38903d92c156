//! Every built-in rule hits what it must and misses what it must; and a test that tests nothing fails.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{fs, path::Path};

use scanner::rules::{self, Origin, test_folder};

fn builtin_folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))
}

#[test]
fn every_builtin_rule_hits_and_misses_its_files() {
    let test = test_folder(builtin_folder());
    assert_eq!(test.failures, Vec::<String>::new());
    let builtin = rules::builtin().unwrap();
    assert_eq!(test.rules, builtin.rules().iter().filter(|rule| rule.origin == Origin::Rule).count());
    assert!(test.cases >= 4 * test.rules, "{test:?}");
}

#[test]
fn the_builtin_rules_are_the_rules_of_the_folder() {
    let folder = rules::from_folder(builtin_folder()).unwrap();
    assert_eq!(folder.digest(), rules::builtin().unwrap().digest());
}

/// Hosts that a rule is about; what a sample says to them is nothing, or not valid.
const SERVICES: [&str; 4] = ["169.254.169.254", "api.ipify.org", "api.telegram.org", "discord.com"];

#[test]
fn every_sample_says_that_it_is_defanged_and_names_reserved_hosts() {
    let mut samples = 0;
    for file in files_below(builtin_folder())
        .into_iter()
        .filter(|file| file.components().any(|c| c.as_os_str() == "hits"))
    {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("defanged"), "{} does not say that it is defanged", file.display());
        for after in text.split("://").skip(1) {
            let host: String =
                after.chars().take_while(|c| c.is_ascii_alphanumeric() || "-.".contains(*c)).collect();
            let reserved = host.ends_with(".invalid") || host.starts_with("192.0.2.");
            assert!(reserved || SERVICES.contains(&&*host), "{}: {host} is no reserved host", file.display());
        }
        samples += 1;
    }
    assert!(samples > 30, "only {samples} samples");
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// A folder with one good rule, for tests to spoil.
fn good_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let rule = r#"rule sample_rule {
    meta:
        title = "t"
        description = "d"
        severity = "high"
        confidence = "low"
        recommendation = "r"
        references = "https://reference.invalid"
    strings:
        $a = "needle"
    condition:
        file_name == "setup.py" and $a
}
"#;
    let home = folder.path().join("sample-rule");
    for (case, text) in
        [("hits/a", "a needle"), ("hits/b", "needle b"), ("misses/a", "hay"), ("misses/b", "needl")]
    {
        fs::create_dir_all(home.join(case)).unwrap();
        fs::write(home.join(case).join("setup.py"), text).unwrap();
    }
    fs::write(home.join("rule.yar"), rule).unwrap();
    folder
}

fn failures_after(spoil: impl Fn(&Path)) -> Vec<String> {
    let folder = good_folder();
    spoil(&folder.path().join("sample-rule"));
    test_folder(folder.path()).failures
}

#[test]
fn what_spoils_a_rule_is_told() {
    assert_eq!(failures_after(|_| ()), Vec::<String>::new());
    type Spoil = fn(&Path);
    let spoils: [(Spoil, &str); 12] = [
        (|home| fs::write(home.join("hits/a/setup.py"), "hay").unwrap(), "hits/a must be hit and is not"),
        (
            |home| fs::write(home.join("misses/a/setup.py"), "needle").unwrap(),
            "misses/a must be missed and is hit",
        ),
        (|home| fs::write(home.join("hits/c.py"), "needle").unwrap(), "hits/c.py must be hit and is not"),
        (|home| fs::write(home.join("notes.txt"), "").unwrap(), "notes.txt belongs to no rule: remove it"),
        (|home| fs::write(home.join("../stray.py"), "").unwrap(), "stray.py belongs to no rule: remove it"),
        (|home| fs::write(home.join("hits/a/two.py"), "").unwrap(), "or a folder with exactly one file"),
        (|home| fs::remove_dir_all(home.join("misses/b")).unwrap(), "misses holds 1 cases: add at least 2"),
        (
            |home| fs::remove_dir_all(home.join("hits")).unwrap(),
            "hits: there is none: add it, with at least 2 files",
        ),
        (|home| replace(home, "severity = \"high\"", "severity = \"huge\""), "severity \"huge\" is unknown"),
        (
            |home| replace(home, "title = \"t\"", "title = \"t\" behaviour = \"download, fly\""),
            "meta behaviour \"fly\" is unknown: use download, execute,",
        ),
        (|home| replace(home, "$a = \"needle\"", "$a = /n.*e/s"), "slow pattern"),
        (|home| replace(home, "description = \"d\"", ""), "meta description is missing: add a text"),
    ];
    for (spoil, expected) in spoils {
        let failures = failures_after(spoil);
        assert!(failures.iter().any(|f| f.contains(expected)), "{expected}: {failures:?}");
    }
}

fn replace(home: &Path, old: &str, new: &str) {
    let file = home.join("rule.yar");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(old));
    fs::write(file, text.replace(old, new)).unwrap();
}

#[test]
fn an_empty_folder_fails_the_test() {
    let folder = tempfile::tempdir().unwrap();
    let test = test_folder(folder.path());
    assert_eq!((test.rules, test.failures.len()), (0, 1));
    let missing = test_folder(&folder.path().join("none"));
    assert!(!missing.failures.is_empty());
}
