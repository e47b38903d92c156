//! The time of one file, in processor time: wall time would fail honest files on a busy machine.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

use crate::matching::{Matcher, Matches, Source, Unmatched};

/// Processor time for everything that the rules do with one file. The slowest of the popular packages' takes a quarter.
const FILE_TIME: Duration = Duration::from_secs(2);

/// What stays of it for all that is not watched by a clock: placing the matches, and the engine's way out.
const MARGIN: Duration = Duration::from_millis(200);

/// Past its first ones, each of these many bytes has another second: slower is nothing that honest files are.
const BYTES_A_SECOND: u64 = 4 << 20;

/// The unit of the engine's time-out.
const TICK: Duration = Duration::from_secs(1);

/// What stays for matching a normal form: the engine's second may be over at once, and is then tried again.
const SECOND_PASS: Duration = Duration::from_millis(1_100);

/// What one file may still cost.
pub(crate) struct FileTime {
    whole: Duration,
    end: Duration,
    archive_end: Instant,
}

impl FileTime {
    /// Starts now, for a file of `bytes`. `archive_end` is the whole archive's.
    pub(crate) fn start(bytes: usize, archive_end: Instant) -> Self {
        let more = (bytes as u64).saturating_sub(1) / BYTES_A_SECOND;
        let whole = FILE_TIME + Duration::from_secs(more);
        Self { whole, end: processor_time().saturating_add(whole - MARGIN), archive_end }
    }

    fn left(&self) -> Duration {
        self.end.saturating_sub(processor_time())
    }

    /// What a normal form may take, so that it can be matched afterwards.
    pub(crate) fn for_normal_form(&self) -> Result<Duration, Unmatched> {
        let left = self.left().min(FILE_TIME - MARGIN).saturating_sub(SECOND_PASS);
        if left.is_zero() { Err(Unmatched::Time(self.whole)) } else { Ok(left) }
    }

    /// Runs every rule. The engine counts whole seconds of a clock of its own, so the first may be over at once.
    pub(crate) fn run(&self, matcher: &mut Matcher<'_>, source: Source<'_>) -> Result<Matches, Unmatched> {
        loop {
            let archive = self.archive_end.saturating_duration_since(Instant::now());
            let whole_seconds = Duration::from_secs(self.left().as_secs());
            if whole_seconds.is_zero() {
                return Err(Unmatched::Time(self.whole));
            }
            match matcher.run(source, whole_seconds.min(archive)) {
                Err(Unmatched::Time(_)) if self.left() >= TICK => {}
                Err(Unmatched::Time(_)) => return Err(Unmatched::Time(self.whole)),
                done => return done,
            }
        }
    }
}

/// Processor time that this thread has had.
pub(crate) fn processor_time() -> Duration {
    ThreadTime::try_now().map_or(Duration::MAX, |time| time.as_duration())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{self, RuleSource};

    #[test]
    fn four_mebibytes_have_two_seconds_and_more_have_more() {
        let whole = |bytes| FileTime::start(bytes, Instant::now()).whole.as_secs();
        assert_eq!([0, 1, 4 << 20, (4 << 20) + 1, 64 << 20].map(whole), [2, 2, 2, 3, 17]);
    }

    /// Whatever the engine's clock says, and if it is over at once.
    #[test]
    fn a_scan_without_end_ends_with_its_time() {
        let endless = "rule endless { meta: title = \"t\" description = \"d\" severity = \"low\" confidence = \"low\" \
             recommendation = \"r\" references = \"r\" condition: \
             for all i in (0..4000000000) : (uint8(i % 4) != 256) }";
        let source = RuleSource { id: "endless".into(), file: "rule.yar".into(), text: endless.into() };
        let rules = rules::compile(&[source]).unwrap();
        let source = Source { path: "p/setup.py", language: "python", bytes: b"abcdef" };
        let start = processor_time();
        let archive_end = Instant::now() + Duration::from_secs(60);
        let time = FileTime { whole: FILE_TIME, end: start + SECOND_PASS, archive_end };
        let found = time.run(&mut Matcher::new(&rules), source);
        assert!(matches!(found, Err(Unmatched::Time(FILE_TIME))), "{found:?}");
        let took = processor_time() - start;
        assert!(took > SECOND_PASS - TICK && took < SECOND_PASS + TICK / 5, "{took:?}");
    }

    #[test]
    fn a_normal_form_leaves_time_to_be_matched() {
        let time = |milliseconds| FileTime {
            whole: FILE_TIME,
            end: processor_time() + Duration::from_millis(milliseconds),
            archive_end: Instant::now(),
        };
        assert_eq!(time(1_000).for_normal_form(), Err(Unmatched::Time(FILE_TIME)));
        for milliseconds in [2_000, 60_000] {
            let left = time(milliseconds).for_normal_form().unwrap();
            assert!(left <= FILE_TIME - MARGIN - SECOND_PASS && left > Duration::ZERO, "{left:?}");
        }
    }
}
