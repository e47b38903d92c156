//! What was found in the files of an archive, until all of them were read and each can be placed.

use domain::{Finding, Severity};

use crate::{
    combine::{Met, TABLE},
    context::{Context, FileId, Layout, Placed, Places},
    findings::{Findings, Place},
    level::{Statement, shifted},
    matching::Unmatched,
    pickle::Stated,
    rules::{Origin, RuleSet},
    unread::{Unread, source_of_bytecode},
};

/// Matches of rules kept for one archive, some 40 bytes each. A file with more of them does not count as scanned.
const MOST_HITS: usize = 1_000_000;

/// A rule that matched in a file, where it did so first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) rule: usize,
    pub(crate) lines: Option<(u64, u64)>,
}

/// Facts about files, not yet placed.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) layout: Layout,
    hits: Vec<(FileId, Hit)>,
    met: Vec<(FileId, Met)>,
    unread: Vec<(FileId, Unread, Option<String>)>,
    pickled: Vec<(FileId, Stated)>,
}

impl Gathered {
    /// Keeps a match, if there is room.
    pub(crate) fn hit(&mut self, file: FileId, hit: Hit) -> Result<(), Unmatched> {
        self.hits.push((file, hit));
        if self.hits.len() > MOST_HITS { Err(Unmatched::TooManyHits) } else { Ok(()) }
    }

    /// Takes back what a rule said of the file as a whole: it is about to say it of a part. The file is the last one.
    pub(crate) fn supersede(&mut self, file: FileId, rule: usize) {
        let last = self.hits.iter().rposition(|(of, _)| *of < file).map_or(0, |before| before + 1);
        let raw = self.hits[last..].iter().position(|(of, hit)| *of == file && hit.rule == rule);
        if let Some(raw) = raw {
            self.hits.remove(last + raw);
        }
    }

    /// The same for what met.
    pub(crate) fn supersede_met(&mut self, file: FileId, row: usize) {
        let last = self.met.iter().rposition(|(of, _)| *of < file).map_or(0, |before| before + 1);
        if let Some(raw) = self.met[last..].iter().position(|(of, met)| *of == file && met.row == row) {
            self.met.remove(last + raw);
        }
    }

    pub(crate) fn met(&mut self, file: FileId, met: Vec<Met>) {
        self.met.extend(met.into_iter().map(|met| (file, met)));
    }

    /// `detail` is a sentence without its full stop.
    pub(crate) fn unread(&mut self, file: FileId, kind: Unread, detail: Option<String>) {
        self.unread.push((file, kind, detail));
    }

    pub(crate) fn pickled(&mut self, file: FileId, stated: Vec<Stated>) {
        self.pickled.extend(stated.into_iter().map(|stated| (file, stated)));
    }

    /// Places every file and comes to the findings; `broken` are those of the archive itself.
    pub(crate) fn findings(mut self, rules: &RuleSet, broken: Vec<Finding>) -> Vec<Finding> {
        let Places { placed, is_cut_at } = self.layout.places();
        self.unread.extend(is_cut_at.map(|file| (file, Unread::Names, None)));
        // A file may have been read in several ways: what it is first found by counts.
        self.hits.sort_by_key(|(file, hit)| (*file, hit.rule));
        self.hits.dedup_by_key(|(file, hit)| (*file, hit.rule));
        self.met.sort_by_key(|(file, met)| (*file, met.row));
        self.met.dedup_by_key(|(file, met)| (*file, met.row));
        let mut findings = Findings::new(broken);
        for (file, hit) in &self.hits {
            let rule = &rules.rules()[hit.rule];
            let context = placed[*file].context;
            let severity =
                if rule.behaviours.is_empty() { rule.severity } else { shifted(rule.severity, context) };
            findings.add(Place { rule: hit.rule, severity, file: *file, lines: hit.lines }, None);
        }
        self.add_met(rules, placed, &mut findings);
        self.add_unread(rules, placed, &mut findings);
        self.add_pickled(rules, placed, &mut findings);
        findings.into_sorted(|place, detail| self.finding(rules, placed, place, detail))
    }

    fn add_met(&self, rules: &RuleSet, placed: &[Placed], findings: &mut Findings) {
        let mut met: Vec<(Severity, FileId, &Met)> = Vec::new();
        for (file, row) in &self.met {
            let level = TABLE[row.row].statement.levels.at(placed[*file].context);
            met.extend(level.map(|severity| (severity, *file, row)));
        }
        // The worst first: what says no more than another finding at the place is left out.
        met.sort_by_key(|(severity, file, row)| (std::cmp::Reverse(*severity), *file, row.row));
        for (severity, file, row) in met {
            let lines = (row.line, row.end_line);
            if !findings.covers(file, lines, severity)
                && let Some(rule) = rules.position(TABLE[row.row].statement.id)
            {
                let place = Place { rule, severity, file, lines: Some(lines) };
                findings.add(place, Some(format!("Here: {}.", row.behaviours)));
            }
        }
    }

    fn add_unread(&self, rules: &RuleSet, placed: &[Placed], findings: &mut Findings) {
        let sources = self.layout.paths();
        for (file, kind, detail) in &self.unread {
            let kind = match kind {
                Unread::BytecodeAlone
                    if sources.contains(source_of_bytecode(self.layout.path(*file)).as_str()) =>
                {
                    Unread::Bytecode
                }
                kind => *kind,
            };
            let Statement { id, levels, .. } = kind.statement();
            let Placed { context, .. } = placed[*file];
            let context = if kind.runs_by_itself() {
                placed[*file].used.map_or(context, |used| used.min(context))
            } else {
                used_at(placed[*file])
            };
            if let (Some(severity), Some(rule)) = (levels.at(context), rules.position(id)) {
                let place = Place { rule, severity, file: *file, lines: None };
                findings.add(place, detail.as_ref().map(|detail| format!("Reason: {detail}.")));
            }
        }
    }

    fn add_pickled(&self, rules: &RuleSet, placed: &[Placed], findings: &mut Findings) {
        for (file, (Statement { id, levels, .. }, detail)) in &self.pickled {
            if let (Some(severity), Some(rule)) = (levels.at(used_at(placed[*file])), rules.position(id)) {
                findings.add(Place { rule, severity, file: *file, lines: None }, Some(detail.clone()));
            }
        }
    }

    fn finding(&self, rules: &RuleSet, placed: &[Placed], place: &Place, detail: Option<&str>) -> Finding {
        let rule = &rules.rules()[place.rule];
        let depends = rule.origin == Origin::Engine || !rule.behaviours.is_empty();
        let when = placed[place.file].context.when().filter(|_| depends);
        let mut message = rule.description.clone();
        for more in detail.into_iter().chain(when) {
            message.push(' ');
            message.push_str(more);
        }
        Finding {
            rule: rule.id.clone(),
            title: rule.title.clone(),
            severity: place.severity,
            confidence: rule.confidence,
            path: Some(self.layout.path(place.file).to_owned()),
            line: place.lines.map(|(line, _)| line),
            end_line: place.lines.map(|(_, end)| end),
            message,
            recommendation: rule.recommendation.clone(),
            references: rule.references.clone(),
        }
    }
}

/// When data is used: by a file that names it next to code that loads it. Where it lies says only that it is aside.
fn used_at(Placed { context, used, .. }: Placed) -> Context {
    let own = match context {
        Context::Test | Context::Docs => context,
        _ => Context::Run,
    };
    used.map_or(own, |used| used.min(own))
}
