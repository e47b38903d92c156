use serde::{Deserialize, Serialize};

use crate::{Finding, Identity, Sha256};

/// What a scanner says about one artifact: `scans/<id>/report.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The bytes that were scanned.
    pub sha256: Sha256,
    /// The engine and its rules, so that a decision names what it rests on.
    pub engine: String,
    /// What was read and what was not.
    pub coverage: Coverage,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What the package calls itself, in each kind of metadata that an installer could read.
    pub identities: Vec<Identity>,
}

/// How much of an artifact was read. "No data" is not "clean".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Entries in the archive.
    pub files: u64,
    /// Their uncompressed length in bytes.
    pub bytes: u64,
    /// Entries that were scanned.
    pub scanned_files: u64,
    /// Their uncompressed length in bytes.
    pub scanned_bytes: u64,
    /// Entries that were not, each with the reason.
    pub skipped: Vec<Skipped>,
}

/// An entry that was not scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The member of the archive.
    pub path: String,
    /// Why it was not scanned.
    pub reason: String,
}

impl Coverage {
    /// Whether something was there to scan and every byte of it was scanned.
    pub fn is_complete(&self) -> bool {
        self.files > 0
            && self.scanned_files == self.files
            && self.scanned_bytes == self.bytes
            && self.skipped.is_empty()
    }
}
