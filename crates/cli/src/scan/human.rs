//! The findings as people read them: the worst first, one block a rule, its places with their lines.

use std::{collections::BTreeMap, time::Duration};

use domain::{Counts, Coverage, Finding, Policy, Severity, Verdict};
use scanner::{
    ExcerptLine,
    rules::{Origin, Rule},
};

use super::{Scanned, excerpt};
use crate::{output::shown, style::Style};

/// Places shown of a rule; the others are counted.
const PLACES: usize = 5;

/// What the page is made from, beside the scans.
pub(super) struct Page<'a> {
    pub(super) rules: &'a [Rule],
    /// The page that documents them, if there is one.
    pub(super) documentation: Option<&'static str>,
    pub(super) policy: &'a Policy,
    pub(super) style: Style,
    /// Told on a terminal alone: elsewhere two runs print the same.
    pub(super) took: Option<Duration>,
}

impl Page<'_> {
    /// Everything. What could not be scanned was told on its own and is only counted here.
    pub(super) fn text(&self, scans: &[Scanned], failed: usize) -> String {
        let mut text = String::new();
        for scanned in scans {
            text.push_str(&self.artifact(scanned));
            text.push('\n');
        }
        let count = |verdict| scans.iter().filter(|scanned| scanned.verdict == verdict).count();
        let (approved, refused) = (count(Verdict::Approved), count(Verdict::Refused));
        text.push_str(&format!("{approved} would be approved, {refused} refused"));
        if failed > 0 {
            text.push_str(&format!(", {failed} could not be scanned"));
        }
        text.push_str(&format!(" (threshold {})", self.policy.threshold().as_str()));
        if let Some(took) = self.took {
            text.push_str(&format!(" in {:.2} s", took.as_secs_f64()));
        }
        text.push('\n');
        text
    }

    fn artifact(&self, scanned: &Scanned) -> String {
        let mut text = String::new();
        // One block a severity and rule, in the order of the findings: the worst first.
        let mut blocks: Vec<Vec<(&Finding, &[ExcerptLine])>> = Vec::new();
        let mut known = BTreeMap::new();
        for (at, finding) in scanned.findings.iter().enumerate() {
            let lines = scanned.excerpts.get(at).map_or(&[][..], Vec::as_slice);
            let block = *known.entry((finding.severity, &finding.rule)).or_insert_with(|| {
                blocks.push(Vec::new());
                blocks.len() - 1
            });
            blocks[block].push((finding, lines));
        }
        let (information, told): (Vec<_>, Vec<_>) =
            blocks.iter().partition(|block| block[0].0.severity == Severity::Info);
        told.iter().for_each(|block| text.push_str(&self.block(block)));
        if !information.is_empty() {
            text.push_str(&self.information(&information));
        }
        text.push_str(&self.summary(scanned));
        text
    }

    fn block(&self, places: &[(&Finding, &[ExcerptLine])]) -> String {
        let Some((first, _)) = places.first() else { return String::new() };
        let label = format!("{}[{}]", first.severity.as_str(), shown(&first.rule));
        let title = self.style.bold(&format!(": {}", shown(&first.title)));
        let mut text = format!("{}{title}\n", self.style.severity(first.severity, &label));
        let rule = self.rules.iter().find(|rule| rule.id == first.rule && rule.origin != Origin::Archive);
        // What all places share is told once.
        let why = rule.map_or(first.message.as_str(), |rule| &rule.description);
        for (finding, lines) in places.iter().take(PLACES) {
            text.push_str(&format!("{} {}\n", self.style.faint("  -->"), shown(&place(finding))));
            text.push_str(&excerpt::drawn(lines, finding.severity, self.style));
            let own = finding.message.strip_prefix(why).unwrap_or(&finding.message).trim();
            if !own.is_empty() {
                text.push_str(&format!("      {} {}\n", self.style.faint("="), shown(own)));
            }
        }
        if let Some(more) = places.len().checked_sub(PLACES).filter(|more| *more > 0) {
            text.push_str(&format!("      {} and {more} more\n", self.style.faint("=")));
        }
        let addresses = first.references.join(" ");
        let page = rule.zip(self.documentation).map(|(rule, page)| format!("{page}#{}", rule.id));
        for (label, said) in [
            ("why", why),
            ("fix", &first.recommendation),
            ("see", format!("{} {addresses}", page.unwrap_or_default()).trim()),
        ] {
            if !said.is_empty() {
                text.push_str(&format!("  {} {}\n", self.style.bold(&format!("{label}:")), shown(said)));
            }
        }
        text.push('\n');
        text
    }

    /// Information decides nothing: a line a rule.
    fn information(&self, blocks: &[&Vec<(&Finding, &[ExcerptLine])>]) -> String {
        let mut text = format!("{}\n", self.style.bold("for information:"));
        for block in blocks {
            let Some((first, _)) = block.first() else { continue };
            let places: Vec<_> = block.iter().take(2).map(|(finding, _)| shown(&place(finding))).collect();
            let more = match block.len().saturating_sub(places.len()) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let (rule, title) = (shown(&first.rule), shown(&first.title));
            text.push_str(&format!("  {rule}: {title} ({}{more})\n", places.join(", ")));
        }
        text.push('\n');
        text
    }

    fn summary(&self, scanned: &Scanned) -> String {
        let Coverage { files, scanned_files, scanned_bytes, skipped, .. } = &scanned.coverage;
        let mut text = String::new();
        for skipped in skipped {
            text.push_str(&format!("not scanned: {}: {}\n", shown(&skipped.path), shown(&skipped.reason)));
        }
        let verdict = match scanned.verdict {
            Verdict::Approved => self.style.bold("approved"),
            other => self.style.severity(Severity::High, other.as_str()),
        };
        let (name, digest) = (self.style.bold(&shown(&scanned.artifact)), scanned.sha256.short());
        text.push_str(&format!("{name} (sha256 {digest}…): {verdict}\n"));
        let skipped = files.saturating_sub(*scanned_files);
        text.push_str(&format!(
            "  {scanned_files} of {files} files scanned ({}), {skipped} skipped; {}\n",
            size(*scanned_bytes),
            counted(&scanned.findings)
        ));
        text
    }
}

fn place(finding: &Finding) -> String {
    match (&finding.path, finding.line) {
        (Some(path), Some(line)) => format!("{path}:{line}"),
        (Some(path), None) => path.clone(),
        (None, _) => "the whole archive".to_owned(),
    }
}

/// `1 critical, 2 low`, without those that there are none of.
fn counted(findings: &[Finding]) -> String {
    let Counts { critical, high, medium, low, info } = Counts::of(findings);
    let unknown = findings.iter().filter(|finding| finding.severity == Severity::Unknown).count() as u64;
    let all = [
        (unknown, "of unknown severity"),
        (critical, "critical"),
        (high, "high"),
        (medium, "medium"),
        (low, "low"),
        (info, "info"),
    ];
    let there: Vec<_> = all.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    match (findings.len(), there.is_empty()) {
        (_, true) => "no findings".to_owned(),
        (1, _) => format!("1 finding: {}", there.join(", ")),
        (many, _) => format!("{many} findings: {}", there.join(", ")),
    }
}

fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 2] = [(1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = UNITS.iter().find(|(unit, _)| bytes >= *unit);
    unit.map_or_else(
        || format!("{bytes} bytes"),
        |(unit, name)| format!("{:.1} {name}", bytes as f64 / *unit as f64),
    )
}

#[cfg(test)]
mod tests;
