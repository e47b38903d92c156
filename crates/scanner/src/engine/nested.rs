//! Archives within the archive: what is unpacked later is scanned now.

use std::io::Cursor;

use archive::{ArchiveError, EntryKind, Limits, Violation};
use domain::{Format, Skipped};

use super::{Pass, zlib};
use crate::unread::Unread;

/// How far below the outermost archive an archive may be.
const DEEPEST: usize = 3;

/// What became of an entry that could be an archive.
pub(super) enum Opened {
    /// It is one, and its members were scanned.
    Archive,
    /// It is none.
    Other,
}

/// Why an archive was not read to its end.
pub(super) struct NotOpened {
    pub(super) kind: Unread,
    pub(super) reason: String,
}

impl Pass<'_> {
    /// Scans what an entry's content holds, where that is an archive.
    pub(super) fn open(&mut self, path: &str, bytes: &[u8]) -> Result<Opened, NotOpened> {
        let Some(kind) = archive::nested_kind(bytes) else { return self.open_zlib(path, bytes) };
        let unread = |reason: String| NotOpened { kind: Unread::Archive, reason };
        let unknown = || unread(format!("it is of a kind that is not read: {kind}"));
        let format = Format::of(bytes).ok_or_else(unknown)?;
        if self.depth == DEEPEST {
            return Err(unread(format!("it is more than {DEEPEST} levels deep")));
        }
        if self.is_out_of_time() {
            let reason = "the time for the archive ran out".to_owned();
            return Err(NotOpened { kind: Unread::OutOfTime, reason });
        }
        self.depth += 1;
        self.held += bytes.len() as u64;
        let opened = self.members(path, bytes, format);
        self.held -= bytes.len() as u64;
        self.depth -= 1;
        match opened {
            Ok(()) => Ok(Opened::Archive),
            Err(ArchiveError::Refused(violation)) => {
                let kind = if is_hostile(&violation) { Unread::HostileArchive } else { Unread::Archive };
                Err(NotOpened { kind, reason: format!("it was refused: {violation}") })
            }
            Err(ArchiveError::NotAnArchive | ArchiveError::Io(_)) => Err(unknown()),
        }
    }

    /// Scans what joblib compressed with zlib. Other content that looks like zlib's is not opened.
    fn open_zlib(&mut self, path: &str, bytes: &[u8]) -> Result<Opened, NotOpened> {
        let Some(content) = zlib::pickles(bytes).filter(|_| self.depth < DEEPEST) else {
            return Ok(Opened::Other);
        };
        self.depth += 1;
        self.held += bytes.len() as u64;
        self.file(&format!("{path}!/{}", inner_name(path)), EntryKind::File, &content);
        self.held -= bytes.len() as u64;
        self.depth -= 1;
        if content.len() < zlib::MOST {
            return Ok(Opened::Archive);
        }
        let reason = format!("it is a compressed pickle of more than {} MiB", zlib::MOST >> 20);
        Err(NotOpened { kind: Unread::Archive, reason })
    }

    fn members(&mut self, path: &str, bytes: &[u8], format: Format) -> Result<(), ArchiveError> {
        // What is held in memory at once is at most one member of the largest size, however deep.
        let member_bytes = self.limits.member_bytes.saturating_sub(self.held);
        let limits = Limits { member_bytes, ..self.limits };
        let spent = self.spent.clone();
        if format == Format::TarGz
            && let Some(content) = archive::gunzip(bytes, &limits, &spent)?
        {
            self.file(&format!("{path}!/{}", inner_name(path)), EntryKind::File, &content);
            return Ok(());
        }
        let visit = |entry: &archive::Entry, content: &[u8]| {
            self.file(&format!("{path}!/{}", entry.path), entry.kind, content);
        };
        let summary = archive::read_within(Cursor::new(bytes), &limits, &spent, visit)?;
        for Skipped { path: member, reason } in summary.skipped {
            self.skip_unvisited(Skipped { path: format!("{path}!/{member}"), reason });
        }
        Ok(())
    }
}

/// Whether an archive does harm when it is unpacked. Others are odd: their writer streamed them, or they are old.
fn is_hostile(violation: &Violation) -> bool {
    use Violation::{
        AbsolutePath, DrivePath, LinkAbsolute, LinkEscapes, LinkThroughLink, ParentPath, Ratio, UncPath,
    };
    matches!(
        violation,
        Ratio
            | ParentPath(_)
            | AbsolutePath(_)
            | UncPath(_)
            | DrivePath(_)
            | LinkAbsolute(_)
            | LinkEscapes(_)
            | LinkThroughLink(_)
    )
}

/// What `gunzip` would call the file.
pub(super) fn inner_name(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, extension)) if extension.eq_ignore_ascii_case("gz") && !stem.is_empty() => stem,
        _ => name,
    }
}

#[cfg(test)]
mod tests;
