//! The built-in scan engine: rules as data, run over every entry of an archive.
//!
//! A rule is a folder of `rules/`: `rule.yar` (a YARA-X rule whose `meta` is its documentation) and the files it must
//! hit and must miss. It states a fact about one place and knows no policy. What comes of the facts is told in order:
//!
//! 1. [`source`]: each file as it is, and in its [`normal`] form where it is a [`candidate`];
//! 2. [`context`]: when the file runs, known once the whole archive was read;
//! 3. [`combine`]: behaviours that meet within a few lines, one table;
//! 4. [`unread`]: what could not be looked into, one table; [`pickle`]: what data runs when it is loaded;
//! 5. [`gathered`]: the findings. The severity of a rule with a `behaviour` moves with the context ([`level`]).
//!
//! A rule names the languages that it reads in its `meta`, or reads every file. It may ask for `path`, `file_name` and `language`. Every match of its public patterns is a place where its behaviours
//! happen: what a condition only rules out, or needs anywhere in the file, is a `private` pattern. With severity `info` it is
//! a weak fact, which counts only where it meets others.
//!
//! [`Scanner`] runs the rules, [`BuiltinScan`] is the pipeline's scan service, and [`rules`] lists and tests rules. The
//! built-in rules are compiled when Airlock is built, and loaded at the first scan. A scanner serves any number of threads.

mod behaviour;
mod candidate;
mod combine;
mod compile;
mod context;
mod engine;
mod findings;
mod gathered;
mod language;
mod level;
mod lines;
mod matching;
mod normal;
mod notebook;
mod pickle;
mod references;
mod rule_meta;
pub mod rules;
mod rules_test;
mod service;
mod source;
mod time;
mod unread;

pub use engine::{ExcerptLine, ScanError, Scanner};
pub use rules::RuleError;
pub use service::BuiltinScan;
