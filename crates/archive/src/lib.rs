//! The one strict reader of untrusted archives: zip (wheels among them) and tar.gz (sdist, npm tarball, crate).
//!
//! It accepts an archive only when every reader agrees on what it holds, so that what was scanned is what an installer
//! unpacks. Whatever is ambiguous is refused with a [`Violation`]. Nothing is written to disk, links are never followed,
//! and memory is bounded: the member at hand, and the names seen so far (see [`Limits`]).
//!
//! The rules follow the zip specification (APPNOTE 6.3.10), POSIX.1-2024 pax and RFC 1951/1952, narrowed by what PyPI
//! and uv refuse.

mod headers;
mod inflate;
mod ledger;
mod limits;
mod link;
mod manifest;
mod nested;
mod path;
mod tar;
#[cfg(test)]
mod tests;
mod tree;
mod violation;
mod zip;

use std::io::{self, Read, Seek, SeekFrom};

use domain::{CommitId, Format, Skipped};

use crate::{ledger::Ledger, limits::Budget, zip::End};

pub use crate::{
    headers::header,
    limits::{Limits, Spent},
    manifest::Manifests,
    nested::{gunzip, nested_kind},
    violation::{MemberName, Violation},
};

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file; its content is its bytes.
    File,
    /// A directory; it has no content and is not visited.
    Directory,
    /// A symbolic link; its content is its target.
    Symlink,
}

/// An entry that has content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path: relative, `/`-separated, no `.` or `..`, no trailing slash.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// The length of its content in bytes.
    pub bytes: u64,
    /// Whether the archive lets its owner run it: a file with the mode `u+x`.
    pub executable: bool,
}

/// What an accepted archive holds. Entries = `files` + `directories` + `skipped`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What the archive is.
    pub format: Format,
    /// Entries that were visited: files and symbolic links.
    pub files: u64,
    /// Directories named by the archive.
    pub directories: u64,
    /// The length of all content in bytes.
    pub bytes: u64,
    /// Entries that have content but were not visited, each with the reason.
    pub skipped: Vec<Skipped>,
}

/// Why an archive was not read to its end. What was visited before counts for nothing then.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The bytes are neither zip nor gzip.
    #[error("neither a zip nor a gzip file: check what the address really serves")]
    NotAnArchive,
    /// The archive breaks a rule.
    #[error("the archive was refused: {0}")]
    Refused(#[from] Violation),
    /// The archive's bytes could not be read.
    #[error("cannot read the archive's bytes")]
    Io(#[from] io::Error),
}

/// Reads every member of the archive, in the order of its bytes, and calls `visit` once for each that has content.
pub fn read<R: Read + Seek>(
    reader: R,
    limits: &Limits,
    visit: impl FnMut(&Entry, &[u8]),
) -> Result<Summary, ArchiveError> {
    read_within(reader, limits, &Spent::default(), visit)
}

/// Reads an archive as [`read`] does, where `limits` are for all archives that are read with the same `spent`. The first
/// is the outermost; in those within it a zip's members may have data descriptors that agree with the central directory,
/// as Java, LibreOffice and PyTorch write them.
pub fn read_within<R: Read + Seek>(
    mut reader: R,
    limits: &Limits,
    spent: &Spent,
    visit: impl FnMut(&Entry, &[u8]),
) -> Result<Summary, ArchiveError> {
    let length = reader.seek(SeekFrom::End(0))?;
    reader.rewind()?;
    let mut head = Vec::with_capacity(tar::BLOCK);
    reader.by_ref().take(tar::BLOCK as u64).read_to_end(&mut head)?;
    let mut ledger = Ledger::new(Budget::new(*limits, length, spent), visit);
    match Format::of(&head) {
        None => Err(ArchiveError::NotAnArchive),
        Some(Format::Zip) if tar::is_header(&head) => Err(Violation::AlsoTar.into()),
        Some(format @ Format::Zip) => {
            let writer = zip::read(&mut reader, length, &mut ledger)?;
            Ok(ledger.finish(format, writer)?)
        }
        Some(Format::TarGz) if zip::is_also_zip(&mut reader, length)? => Err(Violation::AlsoZip.into()),
        Some(format @ Format::TarGz) => {
            let writer = tar::read(&mut reader, &mut ledger)?;
            Ok(ledger.finish(format, writer)?)
        }
    }
}

/// The commit that `git archive` wrote into a zip's end comment; `None` for any other file. It is a claim, not a signature.
pub fn commit_id<R: Read + Seek>(mut reader: R) -> io::Result<Option<CommitId>> {
    let length = reader.seek(SeekFrom::End(0))?;
    match End::find(&mut reader, length) {
        Ok(end) => Ok(end.commit()),
        Err(ArchiveError::Io(error)) => Err(error),
        Err(ArchiveError::Refused(_) | ArchiveError::NotAnArchive) => Ok(None),
    }
}
