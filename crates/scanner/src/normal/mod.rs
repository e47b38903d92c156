//! The normal form: hostile source rewritten as the plain code that it stands for, for rules to be matched against.
//!
//! A rule is written once, for `os.system('curl …')`. This module turns the ways of hiding that call (encodings,
//! homoglyphs, aliases, `getattr`, concatenated or decoded constants, calls spread over lines, helper functions) back
//! into it. Python and JavaScript are parsed by parsers of our own, ten times as fast, and whatever these do not surely know
//! by tree-sitter, which recovers from errors; nothing is executed. Lines keep their numbers: a statement starts on the line it had, what was written over several lines is joined on its first one.
//!
//! [`decode`] makes UTF-8 of the bytes, [`walk`] visits the [`tree`] and writes the [`page`], [`scopes`] knows what names
//! stand for, [`fold`] computes constants, [`python`] and [`javascript`] know the languages.

mod budget;
mod calls;
mod codec;
mod decode;
mod fold;
mod format;
mod grammar;
mod javascript;
mod literal;
mod names;
mod page;
mod python;
mod scopes;
mod tree;
mod value;
mod walk;

#[cfg(test)]
mod hostile_test;
#[cfg(test)]
mod parsers_test;
#[cfg(test)]
mod test_support;

use std::time::Duration;

use budget::Budget;
pub(crate) use budget::MAX_SOURCE;
use decode::Decoded;
use tree::Tree;
use walk::Walk;

/// The languages that have a normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Language {
    /// Python 2 and 3
    Python,
    /// JavaScript, with JSX
    JavaScript,
    /// TypeScript, without JSX
    TypeScript,
}

/// Why a file has no normal form. It was then matched as raw bytes only, which the coverage has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unnormal {
    /// over a cap on bytes or tokens of the source, or on the bytes that its normal form or its constants take
    #[error("the source, or what its constants expand to, is larger than is normalised")]
    TooLarge,
    /// over the time or the number of steps that one file may cost
    #[error("the source took longer to normalise than one file may take")]
    TooSlow,
    /// nested deeper than is walked
    #[error("the source is nested deeper than is normalised")]
    TooDeep,
    /// the bytes are declared to be in an encoding that is not decoded
    #[error("the source declares an encoding that is not decoded")]
    Undecodable,
}

/// Constant source that is executed is normalised too, this many levels down.
const MAX_NESTING: u8 = 3;

/// The normal form of `bytes`: UTF-8 text with as many lines as the source, for rules and never for a compiler. `time` is
/// the processor time that it may take.
///
/// # Errors
/// [`Unnormal`] says which cap the source is over. A source that does not parse is no error: what is readable in it is
/// rewritten.
pub(crate) fn normal_form(language: Language, bytes: &[u8], time: Duration) -> Result<Vec<u8>, Unnormal> {
    if bytes.len() > MAX_SOURCE {
        return Err(Unnormal::TooLarge);
    }
    let decoded = decode::decode(language, bytes)?;
    let budget = Budget::new(decoded.text.len(), time);
    let text = normal_text(language, &decoded.text, &budget, 0)?;
    Ok(decode::without_added_lines(text, &decoded.added_lines).into_bytes())
}

/// The normal form of source that is already text, at `nesting` levels of executed constants.
fn normal_text(language: Language, source: &str, budget: &Budget, nesting: u8) -> Result<String, Unnormal> {
    budget::check_tokens(source)?;
    let tree = match quick_tree(language, source) {
        Some(tree) => tree,
        None => grammar::of(language).parse(source, budget)?,
    };
    walked(language, source, &tree, budget, nesting)
}

/// The tree by a parser of our own, which gives up on what it does not surely know.
fn quick_tree(language: Language, source: &str) -> Option<Tree> {
    match language {
        Language::Python => python::parse(source),
        Language::JavaScript => javascript::parse(source),
        Language::TypeScript => None,
    }
}

fn walked(
    language: Language,
    source: &str,
    tree: &Tree,
    budget: &Budget,
    nesting: u8,
) -> Result<String, Unnormal> {
    let mut walk = Walk::new(language, source, budget, nesting);
    walk.file(tree.root())?;
    if walk.names_are_used_before_they_are_bound() {
        walk = walk.second();
        walk.file(tree.root())?;
    }
    Ok(walk.into_text())
}

/// Constant source that the file executes: its normal form on one line, or nothing when it is too deep or over a cap.
fn nested_text(language: Language, source: &str, budget: &Budget, nesting: u8) -> Option<String> {
    if nesting >= MAX_NESTING || source.trim().len() < 4 {
        return None;
    }
    let Decoded { text, .. } = decode::decode(language, source.as_bytes()).ok()?;
    match normal_text(language, &text, budget, nesting + 1) {
        Ok(text) => {
            let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            Some(lines.join("; "))
        }
        Err(reason) => {
            budget.fail(reason);
            None
        }
    }
}
