use std::collections::BTreeMap;

use domain::{Finding, Skipped};

/// Files named per rule. What a hostile archive repeats is counted and not listed, so that a report stays readable.
const LISTED_FILES: usize = 100;

/// Skipped entries named. One alone refuses the package.
const LISTED_SKIPPED: usize = 100;

/// Findings as they come: one for each rule and file.
#[derive(Default)]
pub(crate) struct Findings {
    by_rule: BTreeMap<String, (Vec<Finding>, u64)>,
}

impl Findings {
    pub(crate) fn add(&mut self, finding: Finding) {
        let (listed, unlisted) = self.by_rule.entry(finding.rule.clone()).or_default();
        if listed.len() < LISTED_FILES {
            listed.push(finding);
        } else {
            *unlisted += 1;
        }
    }

    /// The worst first; then by rule, in the order of the archive.
    pub(crate) fn into_sorted(self) -> Vec<Finding> {
        let mut all: Vec<Finding> = Vec::new();
        for (mut listed, unlisted) in self.by_rule.into_values() {
            if let (Some(last), true) = (listed.last_mut(), unlisted > 0) {
                last.message.push_str(&format!(" ({unlisted} more files are not listed)"));
            }
            all.append(&mut listed);
        }
        all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        all
    }
}

/// Cuts a long list; the last entry then tells how many more there are.
pub(crate) fn shortened(mut skipped: Vec<Skipped>) -> Vec<Skipped> {
    if skipped.len() > LISTED_SKIPPED {
        let more = skipped.len() - LISTED_SKIPPED;
        skipped.truncate(LISTED_SKIPPED);
        skipped.push(Skipped { path: format!("{more} more entries"), reason: "not listed".to_owned() });
    }
    skipped
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Confidence, Severity};

    fn finding(rule: &str, severity: Severity, file: usize) -> Finding {
        Finding {
            rule: rule.to_owned(),
            title: String::new(),
            severity,
            confidence: Confidence::High,
            path: Some(format!("{file}.py")),
            line: Some(1),
            end_line: Some(1),
            message: "found".to_owned(),
            recommendation: String::new(),
            references: vec![],
        }
    }

    #[test]
    fn many_findings_of_one_rule_hide_no_other_rule() {
        let mut findings = Findings::default();
        (0..LISTED_FILES + 5).for_each(|file| findings.add(finding("a", Severity::Low, file)));
        findings.add(finding("b", Severity::Critical, 0));
        let all = findings.into_sorted();
        assert_eq!(all.len(), LISTED_FILES + 1);
        assert_eq!(all[0].rule, "b");
        assert_eq!(all[LISTED_FILES].message, "found (5 more files are not listed)");
    }

    #[test]
    fn a_shortened_list_is_never_empty() {
        let one = Skipped { path: "a".into(), reason: "b".into() };
        assert_eq!(shortened(vec![one.clone()]).len(), 1);
        let many = shortened(vec![one; LISTED_SKIPPED + 7]);
        assert_eq!(many.last().unwrap().path, "7 more entries");
    }
}
