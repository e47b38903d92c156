use serde::{Deserialize, Serialize};

use crate::{Counts, Coverage, Decision, Finding, Report, Severity};

/// What refuses a package: any finding at or above the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenPolicy")]
pub struct Policy {
    threshold: Severity,
}

/// The text names no severity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no severity: use info, low, medium, high or critical")]
pub struct InvalidThreshold(String);

impl Default for Policy {
    /// Medium or above is refused.
    fn default() -> Self {
        Self { threshold: Severity::Medium }
    }
}

impl Policy {
    /// Reads the threshold. An unknown word is an error here: a policy must not be guessed.
    pub fn with_threshold(text: &str) -> Result<Self, InvalidThreshold> {
        match Severity::parse(text) {
            Severity::Unknown => Err(InvalidThreshold(text.chars().take(40).collect())),
            threshold => Ok(Self { threshold }),
        }
    }

    /// The severity from which on a finding refuses.
    pub fn threshold(&self) -> Severity {
        self.threshold
    }

    /// Whether this finding alone refuses the package. An unknown severity always does.
    pub fn refuses(&self, finding: &Finding) -> bool {
        finding.severity == Severity::Unknown || finding.severity >= self.threshold
    }
}

/// The policy as JSON. A threshold that is no severity must not be read as [`Severity::Unknown`].
#[derive(Deserialize)]
struct WrittenPolicy {
    threshold: String,
}

impl TryFrom<WrittenPolicy> for Policy {
    type Error = InvalidThreshold;
    fn try_from(written: WrittenPolicy) -> Result<Self, InvalidThreshold> {
        Self::with_threshold(&written.threshold)
    }
}

/// Judges a report. Approves only where every byte was scanned and nothing found reaches the threshold.
pub fn judge(report: &Report, policy: &Policy) -> Decision {
    let counts = Counts::of(&report.findings);
    let mut refusing: Vec<&Finding> = report.findings.iter().filter(|f| policy.refuses(f)).collect();
    refusing.sort_by_key(|f| std::cmp::Reverse(f.severity));
    let mut reasons: Vec<String> = refusing.into_iter().map(reason).collect();
    if let Err(gap) = check(&report.coverage) {
        reasons.push(gap);
    }
    if reasons.is_empty() {
        Decision::approved(report.sha256, report.coverage.clone(), counts)
    } else {
        Decision::refused(report.sha256, reasons, counts)
    }
}

fn reason(finding: &Finding) -> String {
    let place = match (&finding.path, finding.line) {
        (Some(path), Some(line)) => format!(" at {path}:{line}"),
        (Some(path), None) => format!(" in {path}"),
        (None, _) => String::new(),
    };
    format!("{} {}{place}: {}", finding.severity.as_str(), finding.rule, finding.title)
}

fn check(coverage: &Coverage) -> Result<(), String> {
    if coverage.is_complete() {
        return Ok(());
    }
    if coverage.files == 0 {
        return Err("the archive holds nothing to scan".to_owned());
    }
    let example =
        coverage.skipped.first().map_or_else(String::new, |s| format!(", {}: {}", s.path, s.reason));
    Err(format!(
        "only {} of {} entries ({} of {} bytes) were scanned{example}",
        coverage.scanned_files, coverage.files, coverage.scanned_bytes, coverage.bytes
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Confidence, Sha256, Skipped, Verdict};
    use proptest::prelude::*;

    fn finding(severity: Severity) -> Finding {
        Finding {
            rule: "download-execute".into(),
            title: "downloads and runs code".into(),
            severity,
            confidence: Confidence::High,
            path: Some("setup.py".into()),
            line: Some(3),
            end_line: Some(3),
            message: String::new(),
            recommendation: String::new(),
            references: vec![],
        }
    }

    fn report(findings: Vec<Finding>) -> Report {
        let coverage = Coverage { files: 2, bytes: 9, scanned_files: 2, scanned_bytes: 9, skipped: vec![] };
        Report { sha256: Sha256::of(b"x"), engine: "test".into(), coverage, findings, identities: vec![] }
    }

    #[test]
    fn medium_is_refused_and_low_is_not() {
        let policy = Policy::default();
        for (severity, verdict) in [
            (Severity::Info, Verdict::Approved),
            (Severity::Low, Verdict::Approved),
            (Severity::Medium, Verdict::Refused),
            (Severity::High, Verdict::Refused),
            (Severity::Critical, Verdict::Refused),
            (Severity::Unknown, Verdict::Refused),
        ] {
            assert_eq!(judge(&report(vec![finding(severity)]), &policy).verdict(), verdict, "{severity:?}");
        }
    }

    #[test]
    fn refuses_unknown_severity_under_every_threshold() {
        for threshold in ["info", "low", "medium", "high", "critical"] {
            let policy = Policy::with_threshold(threshold).unwrap();
            assert_eq!(judge(&report(vec![finding(Severity::Unknown)]), &policy).verdict(), Verdict::Refused);
        }
        assert!(Policy::with_threshold("none").is_err());
    }

    /// Amazon Inspector's words, among others.
    #[test]
    fn reads_the_severities_of_other_services_and_blocks_the_rest() {
        for (word, severity) in [
            ("INFORMATIONAL", Severity::Info),
            ("Low", Severity::Low),
            ("MEDIUM", Severity::Medium),
            ("hIgH", Severity::High),
            ("Critical", Severity::Critical),
            ("UNTRIAGED", Severity::Unknown),
            ("", Severity::Unknown),
            ("low ", Severity::Unknown),
            ("l\u{3bf}w", Severity::Unknown),
        ] {
            assert_eq!(Severity::parse(word), severity, "{word:?}");
        }
    }

    #[test]
    fn a_reason_is_one_line_however_the_member_is_named() {
        let named = |path: &str| Finding { path: Some(path.to_owned()), ..finding(Severity::High) };
        let decision = judge(&report(vec![named("a\n\u{1b}[2Jb\u{202e}.py")]), &Policy::default());
        let [reason] = decision.reasons() else { panic!("{decision:?}") };
        assert!(reason.contains(r" at a\u{a}\u{1b}[2Jb\u{202e}.py:3: "), "{reason}");
    }

    #[test]
    fn refuses_a_gap_in_the_coverage() {
        let complete = report(vec![]);
        assert_eq!(judge(&complete, &Policy::default()).verdict(), Verdict::Approved);
        let skipped = Skipped { path: "a.bin".into(), reason: "time ran out".into() };
        let gaps: [fn(&mut Coverage); 4] = [
            |c| c.scanned_files -= 1,
            |c| c.scanned_bytes -= 1,
            |c| *c = Coverage::default(),
            |c| c.scanned_files += 1,
        ];
        for gap in gaps {
            let mut report = complete.clone();
            gap(&mut report.coverage);
            assert_eq!(
                judge(&report, &Policy::default()).verdict(),
                Verdict::Refused,
                "{:?}",
                report.coverage
            );
        }
        let mut report = complete;
        report.coverage.skipped.push(skipped);
        let decision = judge(&report, &Policy::default());
        assert_eq!(decision.verdict(), Verdict::Refused);
        assert!(decision.reasons()[0].contains("a.bin: time ran out"), "{:?}", decision.reasons());
    }

    #[test]
    fn a_policy_reads_what_it_writes_and_nothing_unknown() {
        let json = serde_json::to_string(&Policy::default()).unwrap();
        assert_eq!(json, r#"{"threshold":"medium"}"#);
        assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), Policy::default());
        assert!(serde_json::from_str::<Policy>(r#"{"threshold":"none"}"#).is_err());
    }

    #[test]
    fn reason_names_rule_and_place() {
        let decision = judge(&report(vec![finding(Severity::High)]), &Policy::default());
        assert_eq!(decision.reasons(), ["high download-execute at setup.py:3: downloads and runs code"]);
    }

    fn any_severity() -> impl Strategy<Value = Severity> {
        "info|low|medium|high|critical|[A-Za-z]{0,8}".prop_map(|text| Severity::parse(&text))
    }

    proptest! {
        #[test]
        fn adding_a_finding_never_turns_a_refusal_into_an_approval(
            severities in prop::collection::vec(any_severity(), 0..6),
            added in any_severity(),
            at in 0usize..3,
            threshold in "info|low|medium|high|critical",
            scanned in prop_oneof![4 => Just(2_u64), 1 => 0..2_u64],
        ) {
            let policy = Policy::with_threshold(&threshold).unwrap();
            let mut report = report(severities.into_iter().map(finding).collect());
            report.coverage.scanned_files = scanned;
            let before = judge(&report, &policy).verdict();
            report.findings.insert(at.min(report.findings.len()), finding(added));
            let after = judge(&report, &policy).verdict();
            prop_assert!(!(before == Verdict::Refused && after == Verdict::Approved));
        }

        #[test]
        fn a_word_that_is_no_severity_never_approves(word in "\\PC{0,12}", threshold in "info|low|medium|high|critical") {
            let known = ["info", "informational", "low", "medium", "high", "critical"];
            prop_assume!(!known.contains(&word.to_ascii_lowercase().as_str()));
            let policy = Policy::with_threshold(&threshold).unwrap();
            let decision = judge(&report(vec![finding(Severity::parse(&word))]), &policy);
            prop_assert_eq!(decision.verdict(), Verdict::Refused);
        }
    }
}
