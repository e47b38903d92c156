//! What a pattern begins to match and never ends: text that the engine has to try again and again.

use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind, Repetition},
};

/// A repetition of this many is where a pattern is cut in two.
const LONG: u32 = 16;

/// For each pattern of a rule's text, what stands before and behind each long gap of it: a name and the text.
pub(crate) fn halves(rule: &str) -> Vec<(String, Vec<u8>)> {
    let patterns = rule.lines().filter_map(|line| line.trim_start().strip_prefix('$')?.split_once(" = "));
    patterns
        .flat_map(|(name, pattern)| halves_of(pattern).into_iter().map(move |unit| named(name, unit)))
        .collect()
}

fn named(name: &str, unit: Vec<u8>) -> (String, Vec<u8>) {
    let start = String::from_utf8_lossy(&unit)
        .chars()
        .take(24)
        .map(|c| if c.is_control() { '.' } else { c })
        .collect::<String>();
    (format!("${name} {start}"), [unit, b" ".to_vec()].concat())
}

fn halves_of(pattern: &str) -> Vec<Vec<u8>> {
    if let Some(text) = pattern.strip_prefix('"') {
        let text = text.rsplit_once('"').map_or(text, |(text, _)| text);
        return vec![text.replace("\\\\", "\\").replace("\\\"", "\"").into_bytes()];
    }
    let Some((expression, flags)) = pattern.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) else {
        return vec![];
    };
    let flags = flags.split_whitespace().next().unwrap_or_default();
    let mut parser =
        ParserBuilder::new().unicode(false).utf8(false).dot_matches_new_line(flags.contains('s')).build();
    let Ok(hir) = parser.parse(expression) else { return vec![] };
    let mut units: Vec<Vec<u8>> = alternatives(&hir).into_iter().flat_map(|parts| cut(&parts)).collect();
    units.retain(|unit| unit.len() > 1);
    units.sort();
    units.dedup();
    units
}

/// The parts of each of the ways to match.
fn alternatives(hir: &Hir) -> Vec<Vec<&Hir>> {
    match hir.kind() {
        HirKind::Alternation(ways) => ways.iter().flat_map(alternatives).collect(),
        HirKind::Capture(capture) => alternatives(&capture.sub),
        HirKind::Concat(parts) => vec![parts.iter().collect()],
        _ => vec![vec![hir]],
    }
}

fn cut(parts: &[&Hir]) -> Vec<Vec<u8>> {
    let samples: Vec<Vec<u8>> = parts.iter().map(|part| sample(part)).collect();
    let mut units: Vec<Vec<u8>> = Vec::new();
    for gap in parts.iter().enumerate().filter(|(_, part)| is_gap(part)).map(|(at, _)| at) {
        units.extend([samples[..gap].concat(), samples[gap + 1..].concat()]);
    }
    if units.is_empty() {
        let (first, last) = (samples.len().min(1), samples.len().saturating_sub(1));
        units.extend([samples[..last].concat(), samples[first..].concat(), samples.concat()]);
    }
    units
}

fn is_gap(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(Repetition { max, .. }) => max.is_none_or(|max| max >= LONG),
        HirKind::Capture(capture) => is_gap(&capture.sub),
        _ => false,
    }
}

/// The shortest text that matches, more or less.
fn sample(hir: &Hir) -> Vec<u8> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![],
        HirKind::Literal(literal) => literal.0.to_vec(),
        HirKind::Class(class) => vec![member(class)],
        HirKind::Repetition(repetition) => sample(&repetition.sub).repeat(repetition.min as usize),
        HirKind::Capture(capture) => sample(&capture.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(sample).collect(),
        HirKind::Alternation(ways) => ways.first().map(sample).unwrap_or_default(),
    }
}

/// A character of a class; a letter or a blank if it has them.
fn member(class: &Class) -> u8 {
    let holds = |byte: u8| match class {
        Class::Bytes(class) => {
            class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&byte))
        }
        Class::Unicode(class) => {
            class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&char::from(byte)))
        }
    };
    b"a A0".iter().copied().chain(0..=255).find(|byte| holds(*byte)).unwrap_or(b'a')
}
