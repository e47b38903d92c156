use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use domain::{Finding, Severity, Skipped};

use crate::context::FileId;

/// Files named per rule. What a hostile archive repeats is counted and not listed, so that a report stays readable.
const LISTED_FILES: usize = 100;

/// The same for information, which decides nothing.
const LISTED_INFORMATION: usize = 20;

/// Skipped entries named. One alone refuses the package.
const LISTED_SKIPPED: usize = 100;

/// The first and the last.
type Lines = (u64, u64);

/// A finding before its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) rule: usize,
    pub(crate) severity: Severity,
    pub(crate) file: FileId,
    pub(crate) lines: Option<Lines>,
}

/// Findings as they come.
pub(crate) struct Findings {
    broken: Vec<Finding>,
    places: Vec<(Place, Option<String>)>,
    /// Of each file, where something worse than information was found.
    by_file: HashMap<FileId, Vec<(Lines, Severity)>>,
}

impl Findings {
    /// `broken`: what was found of the archive itself.
    pub(crate) fn new(broken: Vec<Finding>) -> Self {
        Self { broken, places: Vec::new(), by_file: HashMap::new() }
    }

    /// Adds one, with what there is to say of it beside its rule.
    pub(crate) fn add(&mut self, place: Place, detail: Option<String>) {
        if let (Some(lines), true) = (place.lines, place.severity > Severity::Info) {
            self.by_file.entry(place.file).or_default().push((lines, place.severity));
        }
        self.places.push((place, detail));
    }

    /// Whether these lines have a finding that is at least as bad.
    pub(crate) fn covers(&self, file: FileId, (first, last): Lines, severity: Severity) -> bool {
        let known = self.by_file.get(&file).into_iter().flatten();
        known.into_iter().any(|((start, end), known)| *known >= severity && *start <= last && first <= *end)
    }

    /// The worst first; then by rule, in the order of the archive.
    pub(crate) fn into_sorted(mut self, write: impl Fn(&Place, Option<&str>) -> Finding) -> Vec<Finding> {
        self.places.sort_by_key(|(place, _)| (Reverse(place.severity), place.rule, place.file, place.lines));
        let mut by_rule: BTreeMap<usize, (usize, usize, usize)> = BTreeMap::new();
        let mut all = self.broken;
        for (place, detail) in &self.places {
            let (listed, last, unlisted) = by_rule.entry(place.rule).or_default();
            let most = if place.severity == Severity::Info { LISTED_INFORMATION } else { LISTED_FILES };
            if *listed < most {
                (*listed, *last) = (*listed + 1, all.len());
                all.push(write(place, detail.as_deref()));
            } else {
                *unlisted += 1;
            }
        }
        for (_, last, unlisted) in by_rule.into_values().filter(|(.., unlisted)| *unlisted > 0) {
            all[last].message.push_str(&format!(" ({unlisted} more places are not listed)"));
        }
        all.sort_by_key(|finding| Reverse(finding.severity));
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
    use domain::Confidence;

    fn write(place: &Place, detail: Option<&str>) -> Finding {
        Finding {
            rule: place.rule.to_string(),
            title: String::new(),
            severity: place.severity,
            confidence: Confidence::High,
            path: Some(format!("{}.py", place.file)),
            line: place.lines.map(|(line, _)| line),
            end_line: None,
            message: detail.unwrap_or("found").to_owned(),
            recommendation: String::new(),
            references: vec![],
        }
    }

    fn place(rule: usize, severity: Severity, file: FileId) -> Place {
        Place { rule, severity, file, lines: Some((3, 5)) }
    }

    #[test]
    fn many_findings_of_one_rule_hide_no_other_rule_and_no_worse_place() {
        let mut findings = Findings::new(vec![]);
        (0..LISTED_FILES + 5).for_each(|file| findings.add(place(0, Severity::Low, file), None));
        findings.add(place(1, Severity::Critical, 0), None);
        findings.add(place(0, Severity::High, 999), None);
        let all = findings.into_sorted(write);
        assert_eq!(all.len(), LISTED_FILES + 1);
        assert_eq!((all[0].rule.as_str(), all[1].path.as_deref()), ("1", Some("999.py")));
        assert_eq!(all[LISTED_FILES].message, "found (6 more places are not listed)");
    }

    #[test]
    fn a_place_is_covered_by_what_is_as_bad_and_overlaps() {
        let mut findings = Findings::new(vec![]);
        findings.add(place(0, Severity::Medium, 7), None);
        for (file, lines, severity, covered) in [
            (7, (5, 9), Severity::Medium, true),
            (7, (1, 3), Severity::Low, true),
            (7, (6, 9), Severity::Low, false),
            (7, (3, 5), Severity::High, false),
            (8, (3, 5), Severity::Low, false),
        ] {
            assert_eq!(findings.covers(file, lines, severity), covered, "{file} {lines:?} {severity:?}");
        }
    }

    #[test]
    fn a_shortened_list_is_never_empty() {
        let one = Skipped { path: "a".into(), reason: "b".into() };
        assert_eq!(shortened(vec![one.clone()]).len(), 1);
        let many = shortened(vec![one; LISTED_SKIPPED + 7]);
        assert_eq!(many.last().unwrap().path, "7 more entries");
    }
}
