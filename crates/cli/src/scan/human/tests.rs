use domain::{Confidence, Sha256, Skipped, steers};

use super::*;

const HOSTILE: &str = "a\u{1b}[2J\nb\u{202e}\u{9b}31m";

fn finding(severity: Severity, rule: &str, path: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        title: "Something is run".to_owned(),
        severity,
        confidence: Confidence::High,
        path: Some(path.to_owned()),
        line: Some(7),
        end_line: Some(7),
        message: "Code is run. This runs when the package is installed.".to_owned(),
        recommendation: "Remove it.".to_owned(),
        references: vec!["https://reference.invalid/1".to_owned()],
    }
}

fn rule(id: &str) -> Rule {
    Rule {
        id: id.to_owned(),
        title: "Something is run".to_owned(),
        severity: Severity::High,
        confidence: Confidence::High,
        languages: Vec::new(),
        behaviours: vec![],
        levels: None,
        origin: Origin::Rule,
        description: "Code is run.".to_owned(),
        recommendation: "Remove it.".to_owned(),
        references: vec![],
    }
}

fn scanned(findings: Vec<Finding>) -> Scanned {
    let line = |text: &str| ExcerptLine {
        number: 7,
        before: "x = ".into(),
        matched: text.into(),
        after: String::new(),
        starts_earlier: false,
        ends_later: false,
    };
    let coverage = Coverage { files: 3, bytes: 3000, scanned_files: 3, scanned_bytes: 3000, skipped: vec![] };
    let excerpts = vec![vec![line("run()")]];
    let verdict = Verdict::Refused;
    Scanned { artifact: "p-1.zip".into(), sha256: Sha256::of(b"p"), coverage, findings, verdict, excerpts }
}

fn text(scans: &[Scanned], style: Style) -> String {
    let policy = Policy::default();
    Page { rules: &[rule("runs")], documentation: Some("docs/rules.md"), policy: &policy, style, took: None }
        .text(scans, 1)
}

#[test]
fn findings_as_people_read_them() {
    let mut findings: Vec<_> = (0..7).map(|n| finding(Severity::High, "runs", &format!("{n}.py"))).collect();
    findings.push(Finding { line: None, ..finding(Severity::Medium, "unknown-rule", "b.so") });
    findings.extend((0..4).map(|n| finding(Severity::Info, "runs", &format!("test/{n}.py"))));
    let mut scanned = scanned(findings);
    scanned.coverage.skipped.push(Skipped { path: "big.js".into(), reason: "time ran out".into() });
    (scanned.coverage.files, scanned.coverage.bytes) = (4, 4000);
    insta::assert_snapshot!(text(&[scanned], Style::Plain));
}

#[test]
fn a_clean_archive_is_two_lines() {
    let clean = Scanned { verdict: Verdict::Approved, ..scanned(vec![]) };
    let text = text(&[clean], Style::Plain);
    assert!(
        text.contains(": approved\n  3 of 3 files scanned (2.9 KiB), 0 skipped; no findings\n"),
        "{text}"
    );
}

#[test]
fn no_text_of_a_package_steers_the_terminal() {
    let mut hostile = finding(Severity::Critical, HOSTILE, HOSTILE);
    (hostile.title, hostile.message, hostile.recommendation) =
        (HOSTILE.into(), HOSTILE.into(), HOSTILE.into());
    hostile.references = vec![HOSTILE.to_owned()];
    let information = Finding { severity: Severity::Info, ..hostile.clone() };
    let mut scanned = scanned(vec![hostile, information]);
    scanned.artifact = HOSTILE.to_owned();
    scanned.coverage.skipped.push(Skipped { path: HOSTILE.into(), reason: HOSTILE.into() });
    scanned.excerpts[0][0].matched = HOSTILE.into();
    let plain = text(&[scanned], Style::Plain);
    assert!(plain.chars().all(|c| c == '\n' || !steers(c)), "{plain:?}");
    assert!(plain.matches(r"\u{1b}").count() >= 9, "{plain}");
}
