use crate::Violation;

const MIB: u64 = 1 << 20;

/// What an archive may cost its reader. All sizes in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries, directories among them.
    pub entries: u64,
    /// Everything unpacked; for a tar its headers and padding too.
    pub bytes: u64,
    /// One member unpacked: the size of the one buffer.
    pub member_bytes: u64,
    /// Components of a path.
    pub depth: usize,
    /// One path, or one link's target.
    pub path_bytes: usize,
    /// All names and directories held in memory, and a zip's central directory.
    pub names_bytes: u64,
    /// The largest quotient of unpacked and archive length…
    pub ratio: u64,
    /// …once more than this is unpacked.
    pub ratio_after: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 200_000,
            bytes: 4096 * MIB,
            member_bytes: 512 * MIB,
            depth: 64,
            path_bytes: 1024,
            names_bytes: 64 * MIB,
            ratio: 50,
            ratio_after: 64 * MIB,
        }
    }
}

/// The limits, and what was spent of them so far.
pub(crate) struct Budget {
    pub(crate) limits: Limits,
    archive_bytes: u64,
    unpacked: u64,
}

impl Budget {
    pub(crate) fn new(limits: Limits, archive_bytes: u64) -> Self {
        Self { limits, archive_bytes, unpacked: 0 }
    }

    /// Counts bytes that were really unpacked.
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), Violation> {
        self.unpacked = self.unpacked.saturating_add(bytes as u64);
        self.foresee(0)
    }

    /// Whether `bytes` more could be unpacked. A header that claims too much is refused without unpacking a byte: it is
    /// either true, or a lie that is refused as well.
    pub(crate) fn foresee(&self, bytes: u64) -> Result<(), Violation> {
        let unpacked = self.unpacked.saturating_add(bytes);
        if unpacked > self.limits.bytes {
            return Err(Violation::TooLarge);
        }
        let most = self.archive_bytes.saturating_mul(self.limits.ratio);
        if unpacked > self.limits.ratio_after && unpacked > most { Err(Violation::Ratio) } else { Ok(()) }
    }
}
