//! Versions change their state as CodeArtifact's do: <https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html>.

use std::{collections::HashMap, io};

use super::{
    Changed,
    place::VersionId,
    shelf::Shelf,
    version::{Version, VersionStatus},
};

/// What is to become of versions, and what must be true of each before.
pub(crate) struct Change {
    pub(crate) target: Target,
    pub(crate) expected: Option<VersionStatus>,
    /// Of the versions that are named here, the revision must be this one.
    pub(crate) revisions: HashMap<String, String>,
}

/// What versions become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Published, Unlisted or Archived.
    Status(VersionStatus),
    /// Their assets go, their names stay taken.
    Disposed,
    /// They go, and their names are free.
    Deleted,
}

/// Why a version was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    NotFound,
    MismatchedStatus,
    MismatchedRevision,
    NotAllowed,
}

impl Refused {
    /// The service's word.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::MismatchedStatus => "MISMATCHED_STATUS",
            Self::MismatchedRevision => "MISMATCHED_REVISION",
            Self::NotAllowed => "NOT_ALLOWED",
        }
    }

    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::NotFound => "there is no such version",
            Self::MismatchedStatus => "the version does not have the expected status",
            Self::MismatchedRevision => "the version does not have the expected revision",
            Self::NotAllowed => "a disposed version cannot be brought back",
        }
    }
}

impl Shelf {
    pub(super) fn change(&mut self, id: &VersionId, change: &Change) -> io::Result<Result<Changed, Refused>> {
        let Some(found) = self.version(id)? else { return Ok(Err(Refused::NotFound)) };
        let revision = found.revision();
        if change.expected.is_some_and(|expected| expected != found.status) {
            return Ok(Err(Refused::MismatchedStatus));
        }
        if change.revisions.get(&id.version).is_some_and(|expected| *expected != revision) {
            return Ok(Err(Refused::MismatchedRevision));
        }
        match change.target {
            Target::Deleted => {
                self.delete(id)?;
                return Ok(Ok(Changed { revision, status: "Deleted" }));
            }
            Target::Status(_) if found.status == VersionStatus::Disposed => {
                return Ok(Err(Refused::NotAllowed));
            }
            Target::Status(status) => self.become_status(id, &found, status),
            Target::Disposed => self.become_status(id, &found, VersionStatus::Disposed),
        }
        .map(|version| Ok(Changed { revision: version.revision(), status: version.status.as_str() }))
    }

    pub(super) fn become_status(
        &mut self,
        id: &VersionId,
        found: &Version,
        status: VersionStatus,
    ) -> io::Result<Version> {
        let now = self.now();
        let mut version = found.clone();
        version.become_status(status, now);
        if status == VersionStatus::Disposed {
            version.assets.clear();
        }
        self.write(id, Some(found), version)
    }
}
