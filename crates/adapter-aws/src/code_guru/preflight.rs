use std::{fs::File, io::BufReader, path::Path};

use archive::{ArchiveError, Limits};
use domain::{Artifact, Coverage, Error, Finding, Result};

/// What our own reader says before anything is uploaded.
pub(super) enum Preflight {
    /// All of it can be read. CodeGuru Security tells nothing of what it read, so this stands for its coverage.
    Accepted(Coverage),
    /// It breaks a rule of archives; nobody needs to scan it.
    Refused(Box<Finding>),
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
    match archive::read(BufReader::new(file), &Limits::default(), |_, _| {}) {
        Ok(summary) => {
            let coverage = Coverage {
                files: summary.files + summary.skipped.len() as u64,
                bytes: summary.bytes,
                scanned_files: summary.files,
                scanned_bytes: summary.bytes,
                skipped: summary.skipped,
            };
            Ok(Preflight::Accepted(coverage))
        }
        Err(ArchiveError::Refused(violation)) => Ok(Preflight::Refused(Box::new(violation.finding()))),
        Err(error @ ArchiveError::NotAnArchive) => {
            Err(Error::rejected("cannot scan the artifact").because(error))
        }
        Err(ArchiveError::Io(error)) => Err(unreadable(Box::new(error))),
    }
}
