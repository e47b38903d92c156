//! The rules on one text: what matched, where.

use std::{ops::Range, time::Duration};

use crate::{candidate::Marks, compile::Group, rules::RuleSet};

/// Matches kept of one pattern in one file: more are a table, a bundle, or meant to hide one of them.
pub(crate) const MOST_MATCHES: usize = 20_000;

/// A text and what the rules are told about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'b> {
    pub(crate) path: &'b str,
    pub(crate) language: &'static str,
    pub(crate) bytes: &'b [u8],
}

/// A rule that holds, and the bytes that its public patterns matched, in order. A condition alone has none. Only a rule
/// with behaviours keeps more than the first.
#[derive(Debug)]
pub(crate) struct Matched {
    pub(crate) rule: usize,
    pub(crate) ranges: Vec<Range<usize>>,
}

/// What the rules say of one text.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    pub(crate) matched: Vec<Matched>,
    /// Worth the cost of being parsed.
    pub(crate) is_candidate: bool,
    /// A pattern matched more often than is kept.
    pub(crate) is_cut: bool,
}

/// Why a text was not scanned to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unmatched {
    #[error("the time for the archive ran out")]
    ArchiveTime,
    #[error("the scan did not end within {} s", .0.as_secs())]
    Time(Duration),
    #[error("the archive matches more often than is kept")]
    TooManyHits,
    #[error("the scan failed: {0}")]
    Failed(String),
}

/// The engine, with room for one scan at a time.
pub(crate) struct Matcher<'r> {
    rules: &'r RuleSet,
    scanners: [yara_x::Scanner<'r>; 3],
}

impl<'r> Matcher<'r> {
    pub(crate) fn new(rules: &'r RuleSet) -> Self {
        let scanners = Group::ALL.map(|group| {
            let mut scanner = yara_x::Scanner::new(rules.compiled(group));
            scanner.max_matches_per_pattern(MOST_MATCHES);
            scanner
        });
        Self { rules, scanners }
    }

    /// Runs every rule. The engine counts whole seconds: less than two may end at once.
    pub(crate) fn run(&mut self, source: Source<'_>, time: Duration) -> Result<Matches, Unmatched> {
        if time.is_zero() {
            return Err(Unmatched::ArchiveTime);
        }
        let scanner = &mut self.scanners[Group::of(source.language) as usize];
        let file_name = source.path.rsplit('/').next().unwrap_or(source.path);
        for (name, value) in [("path", source.path), ("file_name", file_name), ("language", source.language)]
        {
            scanner.set_global(name, value).map_err(|e| Unmatched::Failed(e.to_string()))?;
        }
        let results = scanner.set_timeout(time).scan(source.bytes).map_err(|error| match error {
            yara_x::errors::ScanError::Timeout => Unmatched::Time(time),
            other => Unmatched::Failed(other.to_string()),
        })?;
        let mut matches = Matches::default();
        let mut marks = Marks::default();
        for rule in results.matching_rules() {
            match self.rules.position(rule.namespace()) {
                Some(position) if self.rules.rules()[position].reads(source.language) => {
                    matches.add(self.rules, position, &rule);
                }
                Some(_) => {}
                None => marks.add(&rule),
            }
        }
        matches.is_candidate = marks.are_worth_parsing(source.bytes.len());
        Ok(matches)
    }
}

impl Matches {
    fn add(&mut self, rules: &RuleSet, rule: usize, matched: &yara_x::Rule<'_, '_>) {
        let mut ranges = Vec::new();
        for pattern in matched.patterns() {
            let before = ranges.len();
            ranges.extend(pattern.matches().map(|m| m.range()));
            self.is_cut |= ranges.len() - before >= MOST_MATCHES;
        }
        if rules.rules()[rule].behaviours.is_empty() {
            let first = ranges.into_iter().min_by_key(|range| (range.start, range.end));
            ranges = first.into_iter().collect();
        } else {
            ranges.sort_by_key(|range| (range.start, range.end));
        }
        self.matched.push(Matched { rule, ranges });
    }
}
