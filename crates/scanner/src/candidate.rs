//! Which sources are worth the cost of being parsed: told by their marks, the rules of `candidates.yar`.
//!
//! A rule for plain code finds plain code without a parser. Parsing is worth it where names are spelled in an unusual way
//! or replaced by others, and where a text that is made or fetched may come to run beside.

use crate::{matching::MOST_MATCHES, normal};
use Mark::{Decode, Fetch, Hidden, Renamed, Run};

/// A source up to this length is parsed for a single mark.
pub(crate) const SMALL: usize = 16 << 10;

/// In a longer one two marks belong together within so many bytes.
const NEAR: usize = 2 << 10;

/// What a place in a source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// It is spelled so that no rule for plain code can know it.
    Hidden,
    /// It runs something.
    Run,
    /// It fetches or sends.
    Fetch,
    /// It makes a text of something else.
    Decode,
    /// What fetches or decodes goes by another name, and may be used anywhere.
    Renamed,
}

/// The marks of a source, with the byte where each starts.
#[derive(Debug, Default)]
pub(crate) struct Marks(Vec<(usize, Mark)>);

impl Marks {
    /// Adds the places of a rule of `candidates.yar`.
    pub(crate) fn add(&mut self, rule: &yara_x::Rule<'_, '_>) {
        let mark = match rule.identifier() {
            "run" => Run,
            "fetch" => Fetch,
            "decode" => Decode,
            "renamed" => Renamed,
            _ => Hidden,
        };
        for pattern in rule.patterns() {
            let before = self.0.len();
            self.0.extend(pattern.matches().map(|found| (found.range().start, mark)));
            if self.0.len() - before >= MOST_MATCHES {
                self.0.push((0, Hidden)); // behind so many, others hide
            }
        }
    }

    /// Whether a source of this length is worth it.
    pub(crate) fn are_worth_parsing(mut self, length: usize) -> bool {
        let has = |mark| self.0.iter().any(|(_, known)| *known == mark);
        if has(Hidden) || has(Renamed) && has(Run) {
            return true;
        }
        if length > normal::MAX_SOURCE {
            return true; // it is too large for the parser, which is to be told
        }
        if length <= SMALL {
            return !self.0.is_empty();
        }
        self.0.sort_unstable_by_key(|(start, _)| *start);
        self.0.windows(2).any(|pair| match *pair {
            [(start, mark), (next, other)] => (mark == Run) != (other == Run) && next - start <= NEAR,
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_worth(length: usize, marks: &[(usize, Mark)]) -> bool {
        Marks(marks.to_vec()).are_worth_parsing(length)
    }

    #[test]
    fn a_small_source_needs_one_mark() {
        assert!(is_worth(SMALL, &[(0, Fetch)]));
        assert!(!is_worth(SMALL, &[]));
        assert!(!is_worth(SMALL + 1, &[(0, Fetch)]));
        assert!(is_worth(normal::MAX_SOURCE + 1, &[]));
    }

    #[test]
    fn a_large_source_needs_what_hides_or_what_belongs_together() {
        let large = normal::MAX_SOURCE;
        assert!(is_worth(large, &[(7, Hidden)]));
        assert!(is_worth(large, &[(0, Renamed), (large - 1, Run)]));
        assert!(is_worth(large, &[(NEAR, Run), (0, Decode)]));
        assert!(is_worth(large, &[(0, Run), (50_000, Fetch), (50_000 + NEAR, Run)]));
        assert!(!is_worth(large, &[(0, Run), (NEAR + 1, Fetch)]));
        assert!(!is_worth(large, &[(0, Run), (1, Run), (9_000, Fetch), (9_001, Decode)]));
    }
}
