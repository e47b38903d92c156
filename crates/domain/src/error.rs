use std::error::Error as StdError;

use crate::one_line;

type Cause = Box<dyn StdError + Send + Sync>;

/// What every port and stage fails with. The two variants are the two things a caller can do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The same call may succeed later: throttling, a timeout, a broken connection, a 5xx answer.
    #[error("{message}")]
    Transient {
        /// What failed, for which input.
        message: String,
        /// What the library or service said.
        #[source]
        cause: Option<Cause>,
    },
    /// The same call will fail again: bad input, a denied action, a conflict.
    #[error("{message}")]
    Rejected {
        /// What failed, for which input, and what to do.
        message: String,
        /// What the library or service said.
        #[source]
        cause: Option<Cause>,
    },
}

/// [`std::result::Result`] with [`enum@Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error that a retry may cure.
    pub fn transient(message: impl Into<String>) -> Self {
        Self::Transient { message: message.into(), cause: None }
    }

    /// An error that no retry cures.
    pub fn rejected(message: impl Into<String>) -> Self {
        Self::Rejected { message: message.into(), cause: None }
    }

    /// The same error, with what caused it.
    #[must_use]
    pub fn because(self, cause: impl Into<Cause>) -> Self {
        let cause = Some(cause.into());
        match self {
            Self::Transient { message, .. } => Self::Transient { message, cause },
            Self::Rejected { message, .. } => Self::Rejected { message, cause },
        }
    }

    /// The error name that the state machine sees: `Transient` is retried, `Rejected` is not.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Transient { .. } => "Transient",
            Self::Rejected { .. } => "Rejected",
        }
    }

    /// The message and every cause below it, joined by `: `, as [`one_line`]: libraries and services quote what they were
    /// given.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut next = self.source();
        while let Some(cause) = next {
            let line = cause.to_string();
            if !text.ends_with(&line) {
                text.push_str(": ");
                text.push_str(&line);
            }
            next = cause.source();
        }
        one_line(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chain_tells_every_cause_once() {
        let error = Error::transient("cannot read row 3").because(std::io::Error::other("connection reset"));
        assert_eq!(error.chain(), "cannot read row 3: connection reset");
        assert_eq!(error.name(), "Transient");
    }

    #[test]
    fn chain_is_one_line_without_what_an_address_hides() {
        let said = "error for url https://b.invalid/a?X-Amz-Signature=c4\nVerdict: approved";
        let error = Error::rejected("cannot read a\u{1b}[2J").because(std::io::Error::other(said));
        assert_eq!(
            error.chain(),
            r"cannot read a\u{1b}[2J: error for url https://b.invalid/a?…\u{a}Verdict: approved"
        );
    }
}
