//! Whatever text comes from outside, a message has the lines that it has for harmless text, and no others.

use domain::{DecisionRecord, Document, Message, Results, steers};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use super::{package, submission};

/// What SNS takes, body and attributes together.
const LARGEST_MESSAGE: usize = 256 * 1024;

/// Text of an attacker's choice: line ends, escapes, links, headers, markup, or anything.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "\n",
        "\r\n",
        "\t",
        "\0",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\u{1b}[2J",
        "\u{1b}]8;;https://e.invalid\u{7}",
        "\u{9b}31m",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{feff}",
        "\u{e0041}",
        "Verdict: approved",
        "\nDecision record: x",
        "Subject: x",
        "https://evil.invalid/x",
        "www.evil.invalid",
        "<a href='x'>",
        "[x](y)",
        "`x`",
        "=1+1",
        "é",
        "日本",
    ]);
    let piece = prop_oneof![pieces.prop_map(str::to_owned), "\\PC{1,6}", "[\\x00-\\u{2fff}]{1,6}"];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

fn finding(text: &[String]) -> Value {
    json!({
        "rule": text[0], "title": text[1], "severity": text[2], "confidence": "high", "path": text[3], "line": 3,
        "end_line": 3, "message": text[4], "recommendation": text[5], "references": [text[6]],
    })
}

fn artifact(version: &str) -> Value {
    let digest = "ab".repeat(32);
    json!({
        "key": format!("artifacts/{digest}"), "sha256": digest, "bytes": 5, "format": "zip",
        "url": "https://host.invalid/a.zip", "commit": null, "version": version, "extension": "zip",
    })
}

fn no_counts() -> Value {
    json!({"critical": 0, "high": 0, "medium": 0, "low": 0, "info": 0})
}

/// The message on a package, with text from outside wherever there is any; refused, or failed where there is a cause.
fn about(name: &str, text: &[String], findings: usize, cause: Option<&str>) -> Message {
    let record = json!({
        "package": name, "url": "https://host.invalid/a.zip", "sha256": null, "bytes": null, "commit": null,
        "version": null, "requester": text[0], "submission": "s", "verdict": "refused", "reasons": [text[7]],
        "counts": no_counts(), "policy": {"threshold": "medium"}, "backend": null, "engine": null, "report": null,
        "coverage": null, "findings": vec![finding(text); findings], "decided_at": "2026-11-23T00:00:00Z",
    });
    let mut document = json!({
        "submission": {"id": "s", "source": {"kind": "inline"}, "requests": "submissions/s/requests.jsonl",
            "requested_by": {"name": text[8], "email": text[8]}, "work": "packages"},
        "request": {"row": 2, "package": name, "url": "https://host.invalid/a.zip"},
        "artifact": artifact(&text[9]),
    });
    match cause {
        Some(cause) => document["failure"] = json!({"Error": text[0], "Cause": cause}),
        None => {
            document["decision"] = json!({"verdict": "refused", "sha256": "ab".repeat(32), "reasons": [text[7]],
                "counts": no_counts(), "record": "decisions/x/y.json"});
        }
    }
    let document: Document = serde_json::from_value(document).unwrap();
    let record: DecisionRecord = serde_json::from_value(record).unwrap();
    package(&document, Some(&record))
}

/// One line each for the run's failure and for a rejected row.
fn digest(text: &[String]) -> Message {
    let results = json!({"submission": "s", "packages": [], "rejected_rows": [{"row": 2, "reason": text[0]}], "failure": text[1]});
    let results: Results = serde_json::from_value(results).unwrap();
    submission(&results, &text[2])
}

fn check(message: &Message, tame: &Message) -> Result<(), TestCaseError> {
    prop_assert_eq!(message.body.lines().count(), tame.body.lines().count(), "{}", message.body);
    for (line, same) in message.body.lines().zip(tame.body.lines()) {
        prop_assert!(!line.chars().any(steers), "{:?}", line);
        let label = same.split_once("zzz").map_or(same, |(label, _)| label);
        prop_assert!(line.starts_with(label), "{:?} instead of {:?}", line, same);
    }
    let plain = |text: &str| text.bytes().all(|b| (0x20..0x7f).contains(&b));
    prop_assert!(plain(&message.subject) && message.subject.len() <= 99, "{:?}", message.subject);
    prop_assert!(plain(&message.requester) && message.requester.len() <= 254, "{:?}", message.requester);
    prop_assert!(!message.body.contains("evil.invalid"), "{}", message.body);
    Ok(())
}

proptest! {
    #[test]
    fn no_text_forges_a_line_of_a_package_s_message(
        name in "[a-z0-9][a-z0-9._-]{0,98}[a-z0-9]",
        text in prop::collection::vec(hostile(), 10),
        cause in prop::option::of(hostile()),
    ) {
        prop_assume!(domain::PackageName::parse(&name).is_ok());
        // The error's name and a blank cause choose the sentence.
        prop_assume!(cause.as_ref().is_none_or(|cause| !cause.trim().is_empty()));
        let tame = vec!["zzz".to_owned(); 10];
        let message = about(&name, &text, 2, cause.as_deref());
        check(&message, &about(&name, &tame, 2, cause.as_ref().map(|_| "zzz")))?;
        let subject = format!("[Airlock] {}: {name} ", message.verdict);
        prop_assert!(message.subject.starts_with(subject[..subject.len().min(99)].trim_end()), "{:?}", message.subject);
    }

    #[test]
    fn no_text_forges_a_line_of_the_digest(text in prop::collection::vec(hostile(), 3)) {
        check(&digest(&text), &digest(&vec!["zzz".to_owned(); 3]))?;
    }
}

/// Every character of the text is one of nine when written out.
#[test]
fn a_message_fits_however_much_was_found() {
    let text = vec!["\u{e0041}".repeat(3000); 10];
    let message = about(&"x".repeat(100), &text, 2000, None);
    assert!(message.body.len() + 1024 < LARGEST_MESSAGE, "{}", message.body.len());
    let told = message.body.matches("\n- ").count();
    assert!(told > 10 && message.body.contains(" more findings: see the decision record."), "{told}");
    let cause = about("x", &text, 0, Some(&text[0]));
    assert!(cause.body.len() < 8 * 1024, "{}", cause.body.len());
}

/// The sentence on what was not scanned is told whatever the findings' rules are called.
#[test]
fn a_gap_in_the_coverage_is_told_beside_findings() {
    let text: Vec<String> =
        ["a", "t", "high", "p", "m", "r", "u", "only 1 of 2 entries were scanned", "x", "1"]
            .map(Into::into)
            .to_vec();
    assert!(about("x", &text, 1, None).body.contains("- only 1 of 2 entries were scanned"));
    let mut told = text.clone();
    told[7] = "high a at p:3: t".to_owned();
    assert_eq!(about("x", &told, 1, None).body.matches("\n- ").count(), 1);
}
