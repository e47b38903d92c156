//! The lines that findings name, as they stand in the archive: for people, after the scan.

use std::{
    collections::{HashMap, HashSet},
    io::{Cursor, Read, Seek},
    ops::Range,
    time::{Duration, Instant},
};

use archive::{EntryKind, Spent};
use domain::{Finding, Format};

use super::{Scanner, nested::inner_name};
use crate::{
    language::language_of,
    lines::{LineStarts, Lines},
    matching::{Matched, Matcher, Source},
    rules::{Origin, Rule},
};

/// Time to find out which part of the lines matched. After it lines are shown without.
const MARKING_TIME: Duration = Duration::from_secs(10);

/// The same for one file.
const FILE_TIME: Duration = Duration::from_secs(2);

/// Bytes kept of a line before the match, of the match, and after it: lines may be megabytes long.
const KEPT: usize = 400;

/// A line that a finding names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcerptLine {
    /// From 1.
    pub number: u64,
    /// What stands before the match.
    pub before: String,
    /// What matched; nothing where nobody knows, as with a match in the normal form alone.
    pub matched: String,
    /// What follows.
    pub after: String,
    /// Whether the line starts before [`ExcerptLine::before`].
    pub starts_earlier: bool,
    /// Whether the line ends after [`ExcerptLine::after`].
    pub ends_later: bool,
}

/// Where a finding is: its rule, first and last line.
type Wanted<'f> = (usize, &'f str, (u64, u64));

impl Scanner {
    /// The first line of each finding, and the last where that is another. None for a finding that names no line, or that
    /// cannot be found again: an archive that breaks off keeps what was read until then.
    pub fn excerpts(&self, reader: impl Read + Seek, findings: &[Finding]) -> Vec<Vec<ExcerptLine>> {
        let mut wanted = HashMap::<&str, Vec<Wanted<'_>>>::new();
        for (at, finding) in findings.iter().enumerate() {
            if let (Some(path), Some(line)) = (&finding.path, finding.line) {
                let lines = (line, finding.end_line.map_or(line, |end| end.max(line)));
                wanted.entry(path).or_default().push((at, &finding.rule, lines));
            }
        }
        let archives =
            wanted.keys().flat_map(|path| path.match_indices("!/").map(move |(at, _)| &path[..at])).collect();
        let mut reading = Reading {
            scanner: self,
            matcher: Matcher::new(&self.rules),
            deadline: Instant::now() + MARKING_TIME,
            spent: Spent::default(),
            wanted,
            archives,
            found: vec![Vec::new(); findings.len()],
        };
        if !reading.wanted.is_empty() {
            let spent = reading.spent.clone();
            // What is wrong with the archive is a finding already.
            let _ = archive::read_within(reader, &self.limits, &spent, |entry, bytes| {
                reading.file(&entry.path, entry.kind, bytes);
            });
        }
        reading.found
    }
}

struct Reading<'s, 'f> {
    scanner: &'s Scanner,
    matcher: Matcher<'s>,
    deadline: Instant,
    spent: Spent,
    wanted: HashMap<&'f str, Vec<Wanted<'f>>>,
    /// Those that hold something wanted.
    archives: HashSet<&'f str>,
    found: Vec<Vec<ExcerptLine>>,
}

impl Reading<'_, '_> {
    fn file(&mut self, path: &str, kind: EntryKind, bytes: &[u8]) {
        if let Some(wanted) = self.wanted.remove(path) {
            self.lines(path, bytes, &wanted);
        }
        if kind == EntryKind::File && self.archives.contains(path) {
            self.open(path, bytes);
        }
    }

    /// As in `nested.rs`, where everything in it was read before.
    fn open(&mut self, path: &str, bytes: &[u8]) {
        let (limits, spent) = (self.scanner.limits, self.spent.clone());
        if Format::of(bytes) == Some(Format::TarGz)
            && let Ok(Some(content)) = archive::gunzip(bytes, &limits, &spent)
        {
            self.file(&format!("{path}!/{}", inner_name(path)), EntryKind::File, &content);
            return;
        }
        let _ = archive::read_within(Cursor::new(bytes), &limits, &spent, |entry, content| {
            self.file(&format!("{path}!/{}", entry.path), entry.kind, content);
        });
    }

    fn lines(&mut self, path: &str, bytes: &[u8], wanted: &[Wanted<'_>]) {
        let time = FILE_TIME.min(self.deadline.saturating_duration_since(Instant::now()));
        let source = Source { path, language: language_of(path, bytes), bytes };
        let matched = self.matcher.run(source, time).map_or_else(|_| Vec::new(), |matches| matches.matched);
        let starts = LineStarts::of(bytes);
        for (at, rule, lines) in wanted {
            let ranges = self.ranges(bytes, &matched, rule, *lines);
            let mut numbers = vec![lines.0, lines.1];
            numbers.dedup();
            for number in numbers {
                let (start, end) = (starts.place(number, 0), starts.place(number, usize::MAX));
                let line = start..end - usize::from(bytes[start..end].ends_with(b"\n"));
                let mark = ranges.iter().find(|range| range.start < line.end && line.start < range.end);
                self.found[*at].push(excerpt(bytes, line, mark, number));
            }
        }
    }

    /// What matched in these lines: the rule itself or, where it comes of several, the rules that tell a behaviour.
    fn ranges(&self, bytes: &[u8], matched: &[Matched], id: &str, wanted: (u64, u64)) -> Vec<Range<usize>> {
        let rules = self.scanner.rules();
        let combines =
            self.scanner.rules.position(id).is_some_and(|rule| rules[rule].origin == Origin::Engine);
        let counts = |rule: &Rule| rule.id == id || (combines && !rule.behaviours.is_empty());
        let mut ranges = Vec::new();
        for matched in matched.iter().filter(|matched| counts(&rules[matched.rule])) {
            let mut lines = Lines::of(bytes);
            for range in &matched.ranges {
                let (first, last) = lines.touched(range);
                if first >= wanted.0 && last <= wanted.1 {
                    let blanks = bytes[range.clone()].iter().take_while(|b| b.is_ascii_whitespace()).count();
                    ranges.push((range.start + blanks).min(range.end)..range.end);
                }
            }
        }
        ranges.sort_by_key(|range| (range.start, range.end));
        ranges
    }
}

fn excerpt(bytes: &[u8], line: Range<usize>, mark: Option<&Range<usize>>, number: u64) -> ExcerptLine {
    let mark = mark.map(|mark| mark.start.max(line.start)..mark.end.min(line.end));
    let Range { start, end } = mark.unwrap_or(line.start..line.start);
    let from = line.start.max(start.saturating_sub(KEPT));
    let matched_to = end.min(start + KEPT);
    let to = line.end.min(matched_to + KEPT);
    let after = if matched_to < end { matched_to..matched_to } else { end..to };
    ExcerptLine {
        number,
        before: text(&bytes[from..start]),
        matched: text(&bytes[start..matched_to]),
        after: text(&bytes[after.clone()]),
        starts_earlier: from > line.start,
        ends_later: after.end < line.end,
    }
}

/// A piece may start or end within a character: then that one is left out.
fn text(piece: &[u8]) -> String {
    let within = piece.iter().take(3).take_while(|b| **b & 0xc0 == 0x80).count();
    let text = String::from_utf8_lossy(&piece[within..]);
    text.trim_end_matches(char::REPLACEMENT_CHARACTER).trim_end_matches('\r').to_owned()
}

#[cfg(test)]
mod tests;
