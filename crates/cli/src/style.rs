//! Colours, where a terminal shows them.

use std::{ffi::OsStr, io::IsTerminal as _};

use domain::Severity;

/// How text may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// As it is.
    Plain,
    /// With the escapes of ECMA-48.
    Coloured,
}

impl Style {
    /// For results: in colour on a terminal, unless `NO_COLOR` is set (<https://no-color.org>) or it is a dumb one.
    pub(crate) fn of_stdout() -> Self {
        let variable = |name| std::env::var_os(name).unwrap_or_default();
        Self::of(std::io::stdout().is_terminal(), &variable("NO_COLOR"), &variable("TERM"))
    }

    fn of(is_terminal: bool, no_color: &OsStr, term: &OsStr) -> Self {
        if is_terminal && no_color.is_empty() && term != "dumb" { Self::Coloured } else { Self::Plain }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.painted("1", text)
    }

    pub(crate) fn faint(self, text: &str) -> String {
        self.painted("2", text)
    }

    /// In the colour that tells how bad it is.
    pub(crate) fn severity(self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Critical | Severity::Unknown => "1;35",
            Severity::High => "1;31",
            Severity::Medium => "1;33",
            Severity::Low => "1;36",
            Severity::Info => "1",
        };
        self.painted(code, text)
    }

    fn painted(self, code: &str, text: &str) -> String {
        match self {
            Self::Coloured if !text.is_empty() => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Coloured | Self::Plain => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_whose_user_wants_them() {
        for (is_terminal, no_color, term, style) in [
            (true, "", "xterm", Style::Coloured),
            (true, "", "", Style::Coloured),
            (false, "", "xterm", Style::Plain),
            (true, "1", "xterm", Style::Plain),
            (true, "", "dumb", Style::Plain),
        ] {
            assert_eq!(Style::of(is_terminal, no_color.as_ref(), term.as_ref()), style, "{no_color} {term}");
        }
        assert_eq!(Style::Coloured.bold("x"), "\u{1b}[1mx\u{1b}[0m");
        assert_eq!(Style::Plain.severity(Severity::High, "x"), "x");
    }
}
