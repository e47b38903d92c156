//! One file through the rules: as it is, and in its normal form where it is a source worth the cost.

use std::time::Instant;

use crate::{
    behaviour::Behaviours,
    candidate::SMALL,
    combine::Fact,
    gathered::Hit,
    language::{hides_in_encoding, hides_in_letters},
    lines::{LineStarts, Lines, line_feeds},
    matching::{Matched, Matcher, Matches, Source, Unmatched},
    normal::{self, Language},
    references::loads_computed,
    rules::RuleSet,
    time::FileTime,
};

/// Which files are parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cost {
    /// Those marked as worth it.
    Candidates,
    /// This one in any case: what it names has to be known.
    Any,
}

/// What the rules say of one file.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// In the order of the rules' places.
    pub(crate) hits: Vec<Hit>,
    /// In the order of their lines.
    pub(crate) facts: Vec<Fact>,
    /// Why there is no normal form although there should be one.
    pub(crate) unparsed: Option<String>,
    /// Not every match was kept.
    pub(crate) is_cut: bool,
    /// What stands in the file, for those that read names: its normal form if it has one.
    pub(crate) normal: Option<Vec<u8>>,
}

/// Runs the rules over one file. `deadline` is the archive's.
pub(crate) fn scan(
    rules: &RuleSet,
    matcher: &mut Matcher<'_>,
    source: Source<'_>,
    deadline: Instant,
    cost: Cost,
) -> Result<Findings, Unmatched> {
    let time = FileTime::start(source.bytes.len(), deadline);
    let matches = time.run(matcher, source)?;
    let mut found = Findings::default();
    let is_candidate = cost == Cost::Any
        || matches.is_candidate
        || hides_in_encoding(source.language, source.bytes)
        || hides_in_letters(source.language, source.bytes);
    let is_candidate = is_candidate
        || source.bytes.len() <= SMALL
            && matches!(source.language, "javascript" | "typescript")
            && loads_computed(&String::from_utf8_lossy(source.bytes));
    found.add(rules, source.bytes, matches, None);
    if let Some(language) = normal_language(source.language).filter(|_| is_candidate) {
        match normal::normal_form(language, source.bytes, time.for_normal_form()?) {
            Ok(text) => {
                debug_assert_eq!(
                    line_feeds(&text),
                    line_feeds(source.bytes),
                    "a normal form has other lines"
                );
                let matches = time.run(matcher, Source { bytes: &text, ..source })?;
                found.add(rules, &text, matches, Some(&LineStarts::of(source.bytes)));
                found.normal = Some(text);
            }
            Err(reason) => found.unparsed = Some(reason.to_string()),
        }
    }
    found.facts.sort_by_key(|fact| (fact.line, fact.start));
    Ok(found)
}

fn normal_language(language: &str) -> Option<Language> {
    match language {
        // A start-up file is Python, line by line.
        "python" | "pth" => Some(Language::Python),
        "javascript" => Some(Language::JavaScript),
        "typescript" => Some(Language::TypeScript),
        _ => None,
    }
}

impl Findings {
    /// Adds the matches in one form of the file. A normal form keeps the lines of its source, and not the bytes:
    /// `source` finds the place of a match in them.
    fn add(&mut self, rules: &RuleSet, text: &[u8], matches: Matches, source: Option<&LineStarts>) {
        self.is_cut |= matches.is_cut;
        for Matched { rule, ranges } in matches.matched {
            let behaviours: Behaviours = rules.rules()[rule].behaviours.iter().copied().collect();
            let mut lines = Lines::of(text);
            let mut first = None;
            for range in &ranges {
                let (line, end_line) = lines.touched(range);
                first.get_or_insert((line, end_line));
                if !behaviours.is_empty() {
                    let start = source.map_or(range.start, |source| source.place(line, lines.column()));
                    self.facts.push(Fact { start, line, end_line, behaviours });
                }
            }
            self.hit(Hit { rule, lines: first });
        }
    }

    /// One hit a rule: the one that comes first.
    fn hit(&mut self, hit: Hit) {
        match self.hits.iter_mut().find(|known| known.rule == hit.rule) {
            Some(known) => {
                if hit.lines.is_some_and(|lines| known.lines.is_none_or(|known| lines < known)) {
                    known.lines = hit.lines;
                }
            }
            None => self.hits.push(hit),
        }
    }
}
