//! Severities that depend on when a file runs.

use domain::{Confidence, Severity};
use serde::Serialize;

use crate::{
    context::Context,
    rules::{Origin, Rule},
};

/// A severity for each place that a file can have; `None` where there is no finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Levels {
    /// At installation or start-up.
    pub unasked: Option<Severity>,
    /// When the package is imported.
    pub import: Option<Severity>,
    /// When somebody calls it, or anywhere else.
    pub run: Option<Severity>,
    /// In tests and documentation.
    pub aside: Option<Severity>,
}

impl Levels {
    /// In the order of the columns of the tables: at installation or start-up, at import, when called, in tests and
    /// documentation. Zero is none, one is info, five is critical.
    pub(crate) const fn new(columns: [u8; 4]) -> Self {
        let [unasked, import, run, aside] = columns;
        Self { unasked: level(unasked), import: level(import), run: level(run), aside: level(aside) }
    }

    pub(crate) fn at(self, context: Context) -> Option<Severity> {
        match context {
            Context::Install | Context::StartUp => self.unasked,
            Context::Import => self.import,
            Context::Run | Context::Data => self.run,
            Context::Test | Context::Docs => self.aside,
        }
    }

    fn worst(self) -> Severity {
        let all = [self.unasked, self.import, self.run, self.aside];
        all.into_iter().flatten().max().unwrap_or(Severity::Info)
    }
}

const fn level(number: u8) -> Option<Severity> {
    match number {
        1 => Some(Severity::Info),
        2 => Some(Severity::Low),
        3 => Some(Severity::Medium),
        4 => Some(Severity::High),
        5 => Some(Severity::Critical),
        _ => None,
    }
}

/// The severity of a rule about behaviour in a file of this context: one level up where the file runs unasked, one level
/// down where it does not run by itself. Information stays information.
pub(crate) fn shifted(severity: Severity, context: Context) -> Severity {
    use Severity::{Critical, High, Info, Low, Medium, Unknown};
    let order = [Info, Low, Medium, High, Critical];
    let Some(place) = order.iter().position(|known| *known == severity) else { return Unknown };
    match context {
        _ if severity == Info => Info,
        Context::Install | Context::StartUp => order[(place + 1).min(order.len() - 1)],
        Context::Test | Context::Docs => order[place.saturating_sub(1)],
        Context::Import | Context::Run | Context::Data => severity,
    }
}

/// A finding that the engine itself comes to, and not a rule on one place of a file.
pub(crate) struct Statement {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) levels: Levels,
    /// Why that is so bad, for people.
    pub(crate) reason: &'static str,
    pub(crate) advice: &'static str,
    pub(crate) references: &'static str,
}

impl Statement {
    /// Its documentation, like a rule's. The severity is the worst.
    pub(crate) fn rule(&self) -> Rule {
        Rule {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            severity: self.levels.worst(),
            confidence: Confidence::Medium,
            languages: Vec::new(),
            behaviours: Vec::new(),
            levels: Some(self.levels),
            origin: Origin::Engine,
            description: self.reason.to_owned(),
            recommendation: self.advice.to_owned(),
            references: self.references.split(", ").map(str::to_owned).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_moves_a_severity_by_one_level_and_never_to_nothing() {
        use Severity::{Critical, High, Info, Low, Medium, Unknown};
        for (severity, up, down) in [
            (Info, Info, Info),
            (Low, Medium, Info),
            (Medium, High, Low),
            (High, Critical, Medium),
            (Critical, Critical, High),
            (Unknown, Unknown, Unknown),
        ] {
            for context in [Context::Install, Context::StartUp] {
                assert_eq!(shifted(severity, context), up, "{severity:?}");
            }
            for context in [Context::Test, Context::Docs] {
                assert_eq!(shifted(severity, context), down, "{severity:?}");
            }
            for context in [Context::Import, Context::Run, Context::Data] {
                assert_eq!(shifted(severity, context), severity);
            }
        }
    }
}
