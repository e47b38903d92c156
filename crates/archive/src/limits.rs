use std::{cell::Cell, rc::Rc};

use crate::Violation;

const MIB: u64 = 1 << 20;

/// What an archive may cost its reader. All sizes in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries, directories among them.
    pub entries: u64,
    /// Everything unpacked; for a tar its headers and padding too.
    pub bytes: u64,
    /// One member unpacked: the size of the one buffer. With it the whole scanner stays below 512 MB.
    pub member_bytes: u64,
    /// Components of a path.
    pub depth: usize,
    /// One path, or one link's target.
    pub path_bytes: usize,
    /// All names and directories held in memory, and a zip's central directory.
    pub names_bytes: u64,
    /// The largest quotient of unpacked and archive length…
    pub ratio: u64,
    /// …once more than this is unpacked. PyPI's is 64 MiB; with less, a bomb cannot fill a buffer of as much.
    pub ratio_after: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 200_000,
            bytes: 4096 * MIB,
            member_bytes: 448 * MIB,
            depth: 64,
            path_bytes: 1024,
            names_bytes: 64 * MIB,
            ratio: 50,
            ratio_after: 56 * MIB,
        }
    }
}

/// What archives cost together: the outermost, which is read with it first, and all that are within it.
#[derive(Debug, Clone, Default)]
pub struct Spent(Rc<Total>);

#[derive(Debug, Default)]
struct Total {
    outermost_bytes: Cell<Option<u64>>,
    entries: Cell<u64>,
    unpacked: Cell<u64>,
}

/// The limits, and what was spent of them so far.
pub(crate) struct Budget {
    pub(crate) limits: Limits,
    archive_bytes: u64,
    is_nested: bool,
    unpacked: u64,
    spent: Spent,
}

impl Budget {
    pub(crate) fn new(limits: Limits, archive_bytes: u64, spent: &Spent) -> Self {
        let outermost = spent.0.outermost_bytes.get();
        spent.0.outermost_bytes.set(outermost.or(Some(archive_bytes)));
        Self { limits, archive_bytes, is_nested: outermost.is_some(), unpacked: 0, spent: spent.clone() }
    }

    /// Whether the archive is within another one.
    pub(crate) fn is_nested(&self) -> bool {
        self.is_nested
    }

    /// Counts an entry.
    pub(crate) fn enter(&mut self) -> Result<(), Violation> {
        let entries = &self.spent.0.entries;
        entries.set(entries.get().saturating_add(1));
        if entries.get() > self.limits.entries { Err(Violation::TooManyEntries) } else { Ok(()) }
    }

    /// Counts bytes that were really unpacked.
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), Violation> {
        let (bytes, total) = (bytes as u64, &self.spent.0.unpacked);
        self.unpacked = self.unpacked.saturating_add(bytes);
        total.set(total.get().saturating_add(bytes));
        self.foresee(0)
    }

    /// Whether `bytes` more could be unpacked. A header that claims too much is refused without unpacking a byte: it is
    /// either true, or a lie that is refused as well.
    pub(crate) fn foresee(&self, bytes: u64) -> Result<(), Violation> {
        let total = self.spent.0.unpacked.get().saturating_add(bytes);
        if total > self.limits.bytes {
            return Err(Violation::TooLarge);
        }
        let outermost = self.spent.0.outermost_bytes.get().unwrap_or_default();
        let own = self.unpacked.saturating_add(bytes);
        if self.is_bomb(own, self.archive_bytes) || self.is_bomb(total, outermost) {
            return Err(Violation::Ratio);
        }
        Ok(())
    }

    fn is_bomb(&self, unpacked: u64, packed: u64) -> bool {
        unpacked > self.limits.ratio_after && unpacked > packed.saturating_mul(self.limits.ratio)
    }
}
