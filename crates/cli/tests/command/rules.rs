//! `airlock rules`: the list, the page in docs/, and what a folder of rules with a mistake is told.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::support::airlock;

const RULE: &str = r#"rule sample_rule {
    meta:
        title = "t"
        severity = "high"
        confidence = "low"
        description = "d"
        recommendation = "r"
        references = "https://reference.invalid"
    strings:
        $a = "needle"
    condition:
        $a
}
"#;

fn builtin() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scanner/rules")
}

#[test]
fn the_rules_are_listed_for_people_and_for_programs() {
    let list = airlock(&["rules"]);
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    assert_eq!(list.stdout, airlock(&["rules", "list"]).stdout);
    let json = airlock(&["rules", "list", "--format", "json"]);
    let rules: Value = serde_json::from_str(&json.stdout).unwrap();
    let rules = rules.as_array().unwrap();
    let folders = fs::read_dir(builtin()).unwrap().count();
    let of = |origin: &str| rules.iter().filter(|rule| rule["origin"] == origin).count();
    assert_eq!(of("rule"), folders);
    assert!(of("engine") > 20 && of("archive") > 50, "{} {}", of("engine"), of("archive"));
    let listed: BTreeSet<_> = list.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for rule in rules {
        for member in ["id", "title", "severity", "confidence", "description", "recommendation"] {
            assert!(rule[member].as_str().is_some_and(|text| !text.is_empty()), "{member} of {rule}");
        }
        assert!(listed.contains(rule["id"].as_str().unwrap()), "{rule}");
        let has_levels = rule["levels"].is_object();
        assert_eq!(has_levels, rule["origin"] == "engine", "{rule}");
    }
}

#[test]
fn the_page_in_docs_is_what_the_rules_say() {
    let written = airlock(&["rules", "list", "--format", "markdown"]).stdout;
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md");
    let committed = fs::read_to_string(page).unwrap();
    assert!(
        committed == written,
        "docs/rules.md is old: write it with `cargo run -- rules list --format markdown > docs/rules.md`"
    );
}

#[test]
fn the_builtin_rules_do_what_they_say() {
    let rules = builtin();
    let test = airlock(&["rules", "test", rules.to_str().unwrap()]);
    assert_eq!((test.code, test.stderr.as_str()), (0, ""), "{}", test.stdout);
    assert!(test.stdout.ends_with(" cases, 0 failures\n"), "{}", test.stdout);
}

/// A folder with one good rule.
fn good_rule() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("sample-rule");
    for (case, text) in
        [("hits/a", "a needle"), ("hits/b", "needle b"), ("misses/a", "hay"), ("misses/b", "needl")]
    {
        let file = home.join(case);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    fs::write(home.join("rule.yar"), RULE).unwrap();
    folder
}

#[test]
fn a_mistake_in_a_rule_is_told_with_its_place() {
    let tested = |folder: &Path| airlock(&["rules", "test", folder.to_str().unwrap()]);
    let good = tested(good_rule().path());
    assert_eq!((good.code, good.stderr.as_str()), (0, ""), "{}", good.stdout);
    assert!(good.stdout.ends_with(": 1 rules, 4 cases, 0 failures\n"), "{}", good.stdout);

    type Spoil = fn(&Path);
    let spoils: [(Spoil, i32, &[&str]); 6] = [
        (
            |home| {
                fs::write(home.join("rule.yar"), RULE.replace("        $a\n", "        $a and\n")).unwrap()
            },
            2,
            &["rule sample-rule at ", "sample-rule/rule.yar:13: syntax error: expecting "],
        ),
        (|home| fs::remove_dir_all(home.join("hits")).unwrap(), 1, &["sample-rule/hits: there is none"]),
        (
            |home| fs::write(home.join("hits/a"), "hay").unwrap(),
            1,
            &["sample-rule/hits/a must be hit and is not"],
        ),
        (
            |home| fs::write(home.join("misses/a"), "x\n a needle").unwrap(),
            1,
            &["sample-rule/misses/a must be missed and is hit in line 2"],
        ),
        (
            |home| fs::write(home.join("note.txt"), "").unwrap(),
            1,
            &["sample-rule/note.txt belongs to no rule: remove it"],
        ),
        (|home| fs::remove_dir_all(home.parent().unwrap()).unwrap(), 2, &["cannot read ", "No such file"]),
    ];
    for (spoil, code, said) in spoils {
        let folder = good_rule();
        spoil(&folder.path().join("sample-rule"));
        let ended = tested(folder.path());
        assert_eq!(ended.code, code, "{}{}", ended.stderr, ended.stdout);
        assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
        assert!(said.iter().all(|said| ended.stderr.contains(said)), "{said:?}: {}", ended.stderr);
        assert!(ended.stdout.ends_with(" 1 failures\n"), "{}", ended.stdout);
    }
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(tested(empty.path()).code, 2, "a test that tests nothing fails");
}
