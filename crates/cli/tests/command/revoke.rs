//! `airlock revoke`: what was approved is gone, refused and told.

use std::fs;

use serde_json::Value;

use crate::support::{airlock, example, tree};

#[test]
fn a_package_that_is_revoked_is_told_and_refused_from_then_on() {
    let root = tempfile::tempdir().unwrap();
    let (store, csv) = (root.path().to_str().unwrap(), example("public-package-request.csv"));
    let run = || airlock(&["run", csv.to_str().unwrap(), "--store", store, "--format", "json"]);
    let verdict = |stdout: &str, name: &str| {
        let results: Value = serde_json::from_str(stdout).unwrap();
        let packages = results["packages"].as_array().unwrap().clone();
        packages.into_iter().find(|p| p["package"] == name).unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict(&run().stdout, "clean-slugs"), "approved");
    let mails = fs::read_dir(root.path().join("outbox")).unwrap().count();

    let arguments =
        ["revoke", "clean-slugs", "2.0.1", "--store", store, "--format", "json", "--reason", "a backdoor"];
    let ended = airlock(&arguments);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let revoked: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&revoked["package"], &revoked["latest"]), (&"clean-slugs".into(), &Value::Null));
    assert_eq!(revoked["versions"].as_array().unwrap().len(), 1);
    let records = tree(root.path()).into_iter().filter(|(path, _)| path.ends_with("/revoked.json"));
    let records: Vec<_> = records.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect();
    assert!(records.len() == 1 && records[0].contains("a backdoor"), "{records:?}");
    assert!(fs::read_dir(root.path().join("outbox")).unwrap().count() > mails, "somebody is told");

    let before = tree(root.path());
    assert_eq!(airlock(&arguments).stdout, ended.stdout, "twice is once");
    assert_eq!(tree(root.path()).len(), before.len());
    let again = run();
    assert_eq!((again.code, verdict(&again.stdout, "clean-slugs").as_str()), (1, "refused"));
    assert_eq!(verdict(&again.stdout, "clean-stats"), "approved");
}

#[test]
fn bytes_that_are_revoked_are_revoked_by_every_name() {
    let root = tempfile::tempdir().unwrap();
    let (store, csv) = (root.path().join("store"), root.path().join("requests.csv"));
    fs::copy(example("packages/clean-stats-1.2.0.zip"), root.path().join("clean.zip")).unwrap();
    let (store, csv) = (store.to_str().unwrap(), csv.to_str().unwrap());
    // A request file asks for a URL under one name; the next one may ask under another.
    let run = |name: &str| {
        fs::write(csv, format!("{name},clean.zip\n")).unwrap();
        airlock(&["run", csv, "--store", store]).code
    };
    assert_eq!((run("clean-stats"), run("other-stats")), (0, 0));
    let revoke = |format| airlock(&["revoke", "clean-stats", "--store", store, "--format", format]);
    let revoked: Value = serde_json::from_str(&revoke("json").stdout).unwrap();
    assert_eq!(revoked["others"][0]["package"], "other-stats", "{revoked}");
    let told = revoke("human").stdout;
    assert!(told.contains("revoked clean-stats ") && told.contains("revoked other-stats "), "{told}");
    assert_eq!((run("other-stats"), run("third-stats")), (1, 1), "refused");
}

#[test]
fn a_revocation_that_means_nothing_is_said() {
    let root = tempfile::tempdir().unwrap();
    let ended = airlock(&["revoke", "never-there", "--store", root.path().to_str().unwrap()]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("nothing was approved as never-there"), "{}", ended.stderr);
    assert_eq!(airlock(&["revoke", "../x"]).code, 2);
}
