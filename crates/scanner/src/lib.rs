//! The built-in scan engine: rules as data, run over every entry of an archive.
//!
//! A rule is a folder of `rules/`: `rule.yar` (a YARA-X rule whose `meta` is its documentation) and the files it must
//! hit and must miss. A rule asks for distinct behaviours close together and not merely in one file, because popular
//! packages hold each of them alone. [`Scanner`] runs the rules, [`BuiltinScan`] is the pipeline's scan service, and
//! [`rules`] lists and tests rules. Rules are compiled at the first scan, never when the process starts.

mod engine;
mod findings;
mod lines;
mod rule_meta;
pub mod rules;
mod rules_test;
mod service;

pub use engine::{ScanError, Scanner};
pub use rules::RuleError;
pub use service::BuiltinScan;
