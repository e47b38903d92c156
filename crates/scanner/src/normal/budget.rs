//! What one file may cost: bytes, tokens, steps and time, shared by everything that is done for it.

use std::cell::Cell;
use std::time::Duration;

use super::Unnormal;
use crate::time::processor_time;

/// Bytes of source. Larger sources are matched raw only.
pub(crate) const MAX_SOURCE: usize = 1024 * 1024;
/// Tokens of source: tree-sitter takes up to 400 bytes for each, whatever the size of the file.
const MAX_TOKENS: usize = 480_000;
/// Brackets open at once.
const MAX_BRACKETS: usize = 50_000;
/// Open nodes: a chain of twenty thousand `chr(…)+` is real, more is an attack on the scanner.
pub(super) const MAX_DEPTH: usize = 50_000;
/// Visits of nodes, those of inlined functions included.
const MAX_STEPS: u32 = 4_000_000;
/// Bytes of all constants that were computed.
const MAX_COMPUTED: usize = 32 * 1024 * 1024;

/// The rest of what a file may cost. What is over a cap sets the failure that the walk then returns.
pub(super) struct Budget {
    deadline: Duration,
    polls: Cell<u32>,
    steps: Cell<u32>,
    computed: Cell<usize>,
    written: usize,
    failure: Cell<Option<Unnormal>>,
}

impl Budget {
    /// The whole budget, for a source of `source_bytes`; the processor time starts to run.
    pub(super) fn new(source_bytes: usize, time: Duration) -> Self {
        Self {
            deadline: processor_time().saturating_add(time),
            polls: Cell::new(0),
            steps: Cell::new(MAX_STEPS),
            computed: Cell::new(MAX_COMPUTED),
            written: source_bytes * 4 + 64 * 1024,
            failure: Cell::new(None),
        }
    }

    /// The bytes that the normal form may have.
    pub(super) fn max_written(&self) -> usize {
        self.written
    }

    /// Notes why the file has no normal form; the first reason stays.
    pub(super) fn fail(&self, reason: Unnormal) {
        if self.failure.get().is_none() {
            self.failure.set(Some(reason));
        }
    }

    /// Whether time is up, for the parser's progress callback.
    pub(super) fn is_late(&self) -> bool {
        self.polls.set(self.polls.get().wrapping_add(1));
        self.polls.get().is_multiple_of(8) && processor_time() > self.deadline
    }

    /// Takes one step; looks at the clock now and then.
    pub(super) fn step(&self) -> Result<(), Unnormal> {
        let left = self.steps.get();
        if left == 0 || (left.is_multiple_of(32) && self.is_late()) {
            self.fail(Unnormal::TooSlow);
        }
        self.steps.set(left.saturating_sub(1));
        self.failure.get().map_or(Ok(()), Err)
    }

    /// Takes `bytes` of computed or moved constants; `None` when there are no more.
    pub(super) fn compute(&self, bytes: usize) -> Option<()> {
        let left = self.computed.get().checked_sub(bytes);
        if left.is_none() {
            self.fail(Unnormal::TooLarge);
        }
        self.computed.set(left?);
        Some(())
    }
}

/// Refuses a source whose tree would take more than 200 MB, before it is parsed: one with too many tokens, or with more
/// brackets open at once than is walked anyway (arrow functions and type arguments take 1.2 kB for each of those).
pub(super) fn check_tokens(source: &str) -> Result<(), Unnormal> {
    let mut in_word = false;
    let (mut tokens, mut brackets, mut angles) = (0_usize, 0_usize, 0_usize);
    for byte in source.bytes() {
        let is_word = byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
        if !byte.is_ascii_whitespace() && (!is_word || !in_word) {
            tokens += 1;
        }
        in_word = is_word;
        match byte {
            b'(' | b'[' | b'{' => brackets += 1,
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            b'<' => angles += 1,
            b'>' => angles = angles.saturating_sub(1),
            _ => {}
        }
        if brackets.max(angles) > MAX_BRACKETS {
            return Err(Unnormal::TooDeep);
        }
    }
    if tokens > MAX_TOKENS { Err(Unnormal::TooLarge) } else { Ok(()) }
}
