use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use domain::Sha256;
use serde_json::{Value, json};

use crate::page::{Page, ROOT};

#[test]
fn every_diagram_is_taken_by_mermaid_and_a_spoiled_one_is_not() {
    let mut diagrams = vec![];
    for page in Page::all() {
        for (n, text) in page.fenced("mermaid").into_iter().enumerate() {
            diagrams.push(json!({"name": format!("{} #{}", page.name, n + 1), "text": text}));
        }
    }
    assert!(!diagrams.is_empty(), "no page has a diagram");
    let reader = reader();
    assert_eq!(complaints(&reader, &diagrams), "");
    for diagram in &diagrams {
        let text = diagram["text"].as_str().unwrap();
        let spoiled = text.replacen(']', "", 1);
        assert_ne!(spoiled, text, "{diagram}");
        let said = complaints(&reader, &[json!({"name": "spoiled", "text": spoiled})]);
        assert!(said.starts_with("spoiled: Parse error"), "{said}");
    }
}

/// The pipeline's diagram shows the pipeline: every state of the state machine is in it.
#[test]
fn every_state_is_in_the_diagram_of_the_pipeline() {
    let asl = fs::read_to_string(format!("{ROOT}/statemachine/airlock.asl.json")).unwrap();
    let asl: Value = serde_json::from_str(&asl).unwrap();
    let mut states = vec![];
    names(&asl, &mut states);
    let text = fs::read_to_string(format!("{ROOT}/docs/architecture.md")).unwrap();
    let page = Page { name: "docs/architecture.md".to_owned(), text };
    let [diagram] = page.fenced("mermaid")[..] else { panic!("not one diagram") };
    let drawn: Vec<_> = diagram.split(|c: char| !c.is_alphanumeric()).collect();
    for state in states {
        assert!(drawn.contains(&state.trim_end_matches('?')), "{state} is not in the diagram");
    }
}

fn names(machine: &Value, found: &mut Vec<String>) {
    for (name, state) in machine["States"].as_object().unwrap() {
        found.push(name.clone());
        if state["ItemProcessor"].is_object() {
            names(&state["ItemProcessor"], found);
        }
    }
}

/// What Mermaid says of those that it does not take.
fn complaints(reader: &Path, diagrams: &[Value]) -> String {
    let mut node = Command::new("node");
    node.arg(reader.join("parse.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = node.spawn().unwrap();
    child.stdin.take().unwrap().write_all(json!(diagrams).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    // Where it did not run at all, it has found nothing either.
    assert_eq!(output.stderr, b"", "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    said
}

/// Mermaid in `target/e2e/diagrams`, exactly as `tests/diagrams/package-lock.json` says.
fn reader() -> PathBuf {
    let source = Path::new(ROOT).join("tests/diagrams");
    let folder = e2e::work_folder().unwrap().join("diagrams");
    fs::create_dir_all(&folder).unwrap();
    for name in ["package.json", "package-lock.json", "parse.mjs"] {
        fs::copy(source.join(name), folder.join(name)).unwrap();
    }
    let stamp = Sha256::of(&fs::read(source.join("package-lock.json")).unwrap()).to_string();
    let stamp_file = folder.join("installed.sha256");
    if fs::read_to_string(&stamp_file).is_ok_and(|found| found == stamp) {
        return folder;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]).current_dir(&folder);
    e2e::run(&mut npm).expect("npm (with Node.js 20 or newer) installs tests/diagrams");
    fs::write(stamp_file, stamp).unwrap();
    folder
}
