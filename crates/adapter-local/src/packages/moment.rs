use std::time::SystemTime;

use domain::Timestamp;
use serde::{Deserialize, Serialize};

/// A moment in microseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Moment(u64);

impl Moment {
    /// Now by this machine's clock, or just after `last` where the clock has gone back or stands still.
    pub(super) fn after(last: Self) -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(since.as_micros()).unwrap_or(u64::MAX);
        Self(now.max(last.0.saturating_add(1)))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok().map(Self)
    }

    pub(super) fn digits(self) -> String {
        self.0.to_string()
    }

    /// As the service writes times: the Rust SDK reads nothing but numbers.
    pub(crate) fn epoch_seconds(self) -> f64 {
        (self.timestamp_millis() as f64) / 1000.0
    }

    /// As PEP 700 and npm write times: `2026-11-23T17:52:04.005Z`.
    pub(crate) fn iso(self) -> String {
        Timestamp::from_millis(self.timestamp_millis()).to_string()
    }

    fn timestamp_millis(self) -> i64 {
        i64::try_from(self.0 / 1000).unwrap_or(i64::MAX)
    }
}
