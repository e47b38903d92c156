use std::{fs::File, io::BufReader, path::Path};

use archive::{ArchiveError, Entry, EntryKind, Limits, Manifests};
use domain::{Artifact, Coverage, Error, Finding, Identity, Result, Skipped};
use serde::{Deserialize, Serialize};

/// What our own reader says before anything is uploaded.
pub(super) enum Preflight {
    /// All of it can be read. CodeGuru Security tells nothing of what it read, so this stands for its coverage.
    Accepted(Read),
    /// It breaks a rule of archives; nobody needs to scan it.
    Refused(Box<Finding>),
}

/// What was read.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Read {
    pub(super) coverage: Coverage,
    pub(super) identities: Vec<Identity>,
}

pub(super) async fn read(artifact: &Artifact, file: &Path) -> Result<Preflight> {
    let (path, expected) = (file.to_owned(), artifact.bytes);
    let read = tokio::task::spawn_blocking(move || read_file(&path, expected)).await;
    read.map_err(|error| Error::transient("the archive's reader stopped").because(error))?
}

fn read_file(path: &Path, expected: u64) -> Result<Preflight> {
    let unreadable = |error| Error::transient("cannot read the artifact's file").because(error);
    let file = File::open(path).map_err(|error| unreadable(Box::new(error)))?;
    let length = file.metadata().map_err(|error| unreadable(Box::new(error)))?.len();
    if length != expected {
        return Err(Error::rejected(format!("the artifact's file has {length} bytes, not {expected}")));
    }
    let mut coverage = Coverage::default();
    let mut manifests = Manifests::default();
    let visit = |entry: &Entry, content: &[u8]| {
        manifests.visit(entry, content);
        count(&mut coverage, entry, content);
    };
    match archive::read(BufReader::new(file), &Limits::default(), visit) {
        Ok(summary) => {
            coverage.files += summary.skipped.len() as u64;
            coverage.skipped.extend(summary.skipped);
            Ok(Preflight::Accepted(Read { coverage, identities: manifests.identities() }))
        }
        Err(ArchiveError::Refused(violation)) => Ok(Preflight::Refused(Box::new(violation.finding()))),
        Err(error @ ArchiveError::NotAnArchive) => {
            Err(Error::rejected("cannot scan the artifact").because(error))
        }
        Err(ArchiveError::Io(error)) => Err(unreadable(Box::new(error))),
    }
}

fn count(coverage: &mut Coverage, entry: &Entry, content: &[u8]) {
    coverage.files += 1;
    coverage.bytes += entry.bytes;
    if let Some(reason) = gap(entry, content) {
        coverage.skipped.push(Skipped { path: entry.path.clone(), reason: reason.to_owned() });
    } else {
        coverage.scanned_files += 1;
        coverage.scanned_bytes += entry.bytes;
    }
}

/// Why an entry is not taken for scanned. CodeGuru Security leaves out files whose names start with `Test`, and says so
/// nowhere (its GitHub action, issue 7).
fn gap(entry: &Entry, content: &[u8]) -> Option<&'static str> {
    let name = entry.path.rsplit('/').next().unwrap_or_default();
    if name.starts_with("Test") {
        Some("CodeGuru Security does not read files whose names start with Test")
    } else if entry.kind == EntryKind::File && archive::nested_kind(content).is_some() {
        Some("a nested archive, which CodeGuru Security is not known to read")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_codeguru_leaves_out_is_a_gap() {
        let mut coverage = Coverage::default();
        for path in ["pkg/setup.py", "pkg/Testing.py"] {
            count(
                &mut coverage,
                &Entry { path: path.into(), kind: EntryKind::File, bytes: 5, executable: false },
                b"pass\n",
            );
        }
        assert_eq!((coverage.files, coverage.scanned_files, coverage.scanned_bytes), (2, 1, 5));
        assert_eq!(coverage.skipped[0].path, "pkg/Testing.py");
        assert!(!coverage.is_complete());
    }

    #[test]
    fn a_nested_archive_is_a_gap() {
        for content in [&b"PK\x03\x04\0"[..], b"\x1f\x8b\x08\0\0", b"\xfd7zXZ\0"] {
            let mut coverage = Coverage::default();
            let bytes = content.len() as u64;
            let entry = Entry { path: "pkg/data".into(), kind: EntryKind::File, bytes, executable: false };
            count(&mut coverage, &entry, content);
            assert_eq!((coverage.files, coverage.scanned_files), (1, 0));
            assert_eq!(
                coverage.skipped[0].reason,
                "a nested archive, which CodeGuru Security is not known to read"
            );
        }
    }
}
