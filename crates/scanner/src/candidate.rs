//! Which sources are worth the cost of being parsed: told by their marks, the rules of `candidates.yar`.
//!
//! Parsing is worth it where names are spelled in an unusual way or replaced by others, and where a text that is made or
//! fetched may come to run.

use crate::{matching::MOST_MATCHES, normal};

/// A source up to this length is parsed for a single mark.
pub(crate) const SMALL: usize = 16 << 10;

/// What the marks of a source say.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// Something is spelled so that no rule for plain code can know it, or kept under another name.
    hidden: bool,
    /// Something is run.
    run: bool,
    /// Something is fetched, sent, or made of something else.
    made: bool,
    any: bool,
}

impl Marks {
    /// Adds a rule of `candidates.yar` that holds.
    pub(crate) fn add(&mut self, rule: &yara_x::Rule<'_, '_>) {
        self.any = true;
        // Behind so many matches others hide.
        self.hidden |= rule.patterns().any(|pattern| pattern.matches().len() >= MOST_MATCHES);
        match rule.identifier() {
            "run" => self.run = true,
            "fetch" | "decode" | "renamed" => self.made = true,
            "named" => {}
            _ => self.hidden = true,
        }
    }

    /// Whether a source of this length is worth it.
    pub(crate) fn are_worth_parsing(&self, length: usize) -> bool {
        // What is too large for the parser is to be told.
        length > normal::MAX_SOURCE || self.hidden || self.run && self.made || length <= SMALL && self.any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_source_needs_one_mark_and_a_large_one_two_that_belong_together() {
        let any = || Marks { any: true, ..Marks::default() };
        let large = normal::MAX_SOURCE;
        for (marks, length, is_worth) in [
            (Marks::default(), SMALL, false),
            (Marks::default(), large + 1, true),
            (any(), SMALL, true),
            (any(), SMALL + 1, false),
            (Marks { hidden: true, ..any() }, large, true),
            (Marks { run: true, ..any() }, large, false),
            (Marks { made: true, ..any() }, large, false),
            (Marks { run: true, made: true, ..any() }, large, true),
        ] {
            assert_eq!(marks.are_worth_parsing(length), is_worth, "{marks:?} {length}");
        }
    }
}
