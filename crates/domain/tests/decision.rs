//! A decision as the stages see it: what it was made of can be read from it, under the words of the document.

use domain::{
    Confidence, Coverage, Decision, Finding, Policy, Report, Severity, Sha256, StoreKey, Verdict, judge,
};

fn finding(severity: Severity) -> Finding {
    Finding {
        rule: "download-execute".to_owned(),
        title: "downloads and runs code".to_owned(),
        severity,
        confidence: Confidence::High,
        path: None,
        line: None,
        end_line: None,
        message: String::new(),
        recommendation: String::new(),
        references: vec![],
    }
}

fn report(findings: Vec<Finding>) -> Report {
    let coverage = Coverage { files: 1, bytes: 1, scanned_files: 1, scanned_bytes: 1, skipped: vec![] };
    Report { sha256: Sha256::of(b"x"), engine: "test".to_owned(), coverage, findings, identities: vec![] }
}

#[test]
fn what_was_judged_can_be_read_from_the_decision() {
    let (digest, policy) = (Sha256::of(b"x"), Policy::default());
    let record = StoreKey::artifact(&digest);
    let approved = judge(&report(vec![finding(Severity::Low)]), &policy).recorded(record.clone());
    let refused = judge(&report(vec![finding(Severity::High), finding(Severity::Low)]), &policy);
    assert_eq!(approved.approved_sha256(), Some(&digest));
    assert_eq!((approved.counts().high, approved.counts().low), (0, 1));
    assert_eq!(approved.record(), Some(&record));
    assert_eq!((refused.approved_sha256(), refused.record()), (None, None));
    assert_eq!((refused.counts().high, refused.counts().low), (1, 1));
    assert_eq!(Decision::failed(Some(digest), "no answer").approved_sha256(), None);
}

#[test]
fn the_verdicts_word_is_the_documents() {
    for verdict in [Verdict::Approved, Verdict::Refused, Verdict::Failed] {
        assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.as_str());
    }
}
