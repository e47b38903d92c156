//! Archives within the archive: what is unpacked later is scanned now.

use std::io::Cursor;

use archive::{ArchiveError, EntryKind, Limits};
use domain::{Format, Skipped};

use super::Pass;

/// How far below the outermost archive an archive may be.
const DEEPEST: usize = 3;

impl Pass<'_> {
    /// Scans what an entry's content holds, where that is an archive; the error is why it was not read to its end.
    pub(super) fn open(&mut self, path: &str, bytes: &[u8]) -> Result<(), String> {
        let Some(kind) = archive::nested_kind(bytes) else { return Ok(()) };
        let unread = || format!("a nested archive of a kind that is not read: {kind}");
        let format = Format::of(bytes).ok_or_else(unread)?;
        if self.depth == DEEPEST {
            return Err(format!("a nested archive more than {DEEPEST} levels deep"));
        }
        if self.time_left().is_zero() {
            return Err("the time for the archive ran out".to_owned());
        }
        self.depth += 1;
        self.held += bytes.len() as u64;
        let opened = self.members(path, bytes, format);
        self.held -= bytes.len() as u64;
        self.depth -= 1;
        opened.map_err(|error| match error {
            ArchiveError::Refused(violation) => format!("a nested archive that was refused: {violation}"),
            ArchiveError::NotAnArchive | ArchiveError::Io(_) => unread(),
        })
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

/// What `gunzip` would call the file.
fn inner_name(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, extension)) if extension.eq_ignore_ascii_case("gz") && !stem.is_empty() => stem,
        _ => name,
    }
}

#[cfg(test)]
mod tests;
