//! The lines of a finding, with what matched underlined.

use domain::{Severity, steers};
use scanner::ExcerptLine;
use unicode_width::UnicodeWidthChar as _;

use crate::style::Style;

/// Columns of a line that are shown.
const COLUMNS: usize = 100;

const TAB: &str = "    ";

/// A few lines of a file with their numbers, as compilers show them. Nothing at all for none.
pub(super) fn drawn(lines: &[ExcerptLine], severity: Severity, style: Style) -> String {
    let Some(widest) = lines.iter().map(|line| line.number).max() else { return String::new() };
    let gutter = widest.to_string().len().max(3);
    let empty = " ".repeat(gutter);
    let mut text = format!("{}\n", style.faint(&format!("  {empty} |")));
    let mut expected = None;
    for line in lines {
        if expected.is_some_and(|expected| line.number > expected) {
            text.push_str(&format!("{}\n", style.faint(&format!("  {:>gutter$}", "..."))));
        }
        expected = Some(line.number + 1);
        let Shown { before, matched, after } = shown(line);
        let number = style.faint(&format!("  {:>gutter$} |", line.number));
        let source = format!(" {before}{matched}{after}");
        text.push_str(&format!("{number}{}\n", source.trim_end()));
        if !matched.is_empty() {
            let carets = "^".repeat(width(&matched).max(1));
            let under = " ".repeat(width(&before));
            let edge = style.faint(&format!("  {empty} |"));
            text.push_str(&format!("{edge} {under}{}\n", style.severity(severity, &carets)));
        }
    }
    text
}

struct Shown {
    before: String,
    matched: String,
    after: String,
}

/// What fits, around the match: its start is always there.
fn shown(line: &ExcerptLine) -> Shown {
    let (before, matched, after) = (harmless(&line.before), harmless(&line.matched), harmless(&line.after));
    let (mut starts_earlier, mut ends_later) = (line.starts_earlier, line.ends_later);
    let (lead, body, rest) = (width(&before), width(&matched), width(&after));
    let all = lead + body + rest;
    if all <= COLUMNS && !starts_earlier && !ends_later {
        return Shown { before, matched, after };
    }
    let body = body.min(COLUMNS);
    // A third of what is left in front of the match, and more where less follows it.
    let left = COLUMNS - body;
    let in_front = lead.min((left / 3).max(left.saturating_sub(rest)));
    starts_earlier |= in_front < lead;
    let before: String = end_of(&before, in_front);
    let kept = start_of(&matched, body);
    let is_whole = kept.len() == matched.len();
    let after = if is_whole { start_of(&after, left - in_front) } else { String::new() };
    ends_later |= !is_whole || width(&after) < rest;
    let dots = |is_cut| if is_cut { "…" } else { "" };
    Shown {
        before: format!("{}{before}", dots(starts_earlier)),
        matched: kept,
        after: format!("{after}{}", dots(ends_later)),
    }
}

/// Nothing that steers a terminal; a tab is four blanks, so that what stands below it stands right.
fn harmless(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => plain.push_str(TAB),
            c if steers(c) => plain.extend(c.escape_unicode()),
            c => plain.push(c),
        }
    }
    plain
}

fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn start_of(text: &str, columns: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= columns
    };
    text.chars().take_while(fits).collect()
}

fn end_of(text: &str, columns: usize) -> String {
    let reversed: String = text.chars().rev().collect();
    start_of(&reversed, columns).chars().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u64, before: &str, matched: &str, after: &str) -> ExcerptLine {
        let [before, matched, after] = [before, matched, after].map(str::to_owned);
        ExcerptLine { number, before, matched, after, starts_earlier: false, ends_later: false }
    }

    fn plain(lines: &[ExcerptLine]) -> String {
        drawn(lines, Severity::High, Style::Plain)
    }

    #[test]
    fn lines_as_people_read_them() {
        let two = [line(9, "\tx = ", "get(\"é日本\")", "  # why"), line(1200, "", "exec(x)", "")];
        insta::assert_snapshot!(plain(&two), @r#"
               |
             9 |     x = get("é日本")  # why
               |         ^^^^^^^^^^^^
           ...
          1200 | exec(x)
               | ^^^^^^^
        "#);
        assert_eq!(plain(&[]), "");
        assert_eq!(plain(&[line(3, "unmarked", "", "")]), "      |\n    3 | unmarked\n");
    }

    #[test]
    fn a_line_is_as_long_as_a_terminal_allows_and_shows_the_start_of_its_match() {
        let long = "日".repeat(500);
        for (before, matched, after) in
            [("", "needle", &*long), (&long, "needle", ""), (&long, "needle", &long), (&long, &long, &long)]
        {
            let text = plain(&[line(7, before, matched, after)]);
            let lines: Vec<_> = text.lines().collect();
            let source = lines[1].strip_prefix("    7 | ").unwrap();
            assert!((95..=COLUMNS + 2).contains(&width(source)), "{source}");
            let at = lines[2].find('^').unwrap() - "      | ".len();
            let marked: String = end_of(source, width(source) - at);
            assert!(marked.starts_with(&start_of(matched, 6)), "{marked}");
            assert_eq!(lines[2].matches('^').count(), width(matched).min(COLUMNS));
            assert_eq!(
                (source.starts_with('…'), source.ends_with('…')),
                (!before.is_empty(), !after.is_empty())
            );
        }
        let cut = ExcerptLine { starts_earlier: true, ends_later: true, ..line(1, "a", "b", "c") };
        assert!(plain(&[cut]).contains("| …abc…\n"));
    }

    #[test]
    fn a_line_of_a_package_steers_no_terminal() {
        let hostile = "a\u{1b}]8;;x\u{7}b\u{9b}2J\u{202e}c\rd\u{200b}\0";
        let text = plain(&[line(1, hostile, hostile, hostile)]);
        assert!(text.chars().all(|c| c == '\n' || !steers(c)), "{text:?}");
        assert!(text.contains(r"a\u{1b}]8;;x\u{7}b"), "{text}");
        let coloured = drawn(&[line(1, hostile, hostile, hostile)], Severity::High, Style::Coloured);
        let ours =
            ["\u{1b}[2m", "\u{1b}[1;31m", "\u{1b}[0m"].iter().fold(coloured, |t, code| t.replace(code, ""));
        assert_eq!(ours, text);
    }
}
