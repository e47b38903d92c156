use std::fmt;

use serde::{Deserialize, Serialize};

/// A moment in UTC, to the millisecond. Stages are given one; only entry paths read a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// Milliseconds since 1970; clamped to the years that can be written.
    pub fn from_millis(millis: i64) -> Self {
        Self(jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX))
    }

    /// For a key in the store: sorts by time and has no character that a file system refuses (`20261123T175204.123Z`).
    pub fn for_key(&self) -> String {
        self.to_string().chars().filter(|c| !matches!(c, '-' | ':')).collect()
    }

    /// For a mail's `Date` (RFC 5322).
    pub fn for_mail(&self) -> String {
        self.0.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

impl TryFrom<String> for Timestamp {
    type Error = jiff::Error;
    fn try_from(text: String) -> Result<Self, jiff::Error> {
        text.parse().map(Self)
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_in_three_spellings() {
        let moment = Timestamp::from_millis(1_795_456_324_005);
        assert_eq!(moment.to_string(), "2026-11-23T17:52:04.005Z");
        assert_eq!(moment.for_key(), "20261123T175204.005Z");
        assert_eq!(moment.for_mail(), "Mon, 23 Nov 2026 17:52:04 +0000");
    }
}
