//! What changes a version that is there.

use std::collections::HashMap;

use aws_sdk_codeartifact::{
    operation::{
        delete_package_versions::DeletePackageVersionsError,
        update_package_versions_status::UpdatePackageVersionsStatusError,
    },
    types::{
        PackageVersionError, PackageVersionErrorCode as Code, PackageVersionStatus as Status,
        SuccessfulPackageVersionInfo,
    },
};
use domain::{Error, Result};

use super::{
    CodeArtifact,
    held::{Held, absent, addressed},
    version::VersionId,
};
use crate::error::{failed, incomplete};

/// What a request to change a version came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The version is now as it was asked for.
    Done,
    /// The version is not there, or not as it was expected: somebody else has changed it.
    Overtaken,
}

/// What the service says of the one version that it was asked to change.
struct Answer<'a> {
    done: Option<&'a SuccessfulPackageVersionInfo>,
    failed: Option<&'a PackageVersionError>,
}

impl<'a> Answer<'a> {
    fn about(
        version: &VersionId,
        done: Option<&'a HashMap<String, SuccessfulPackageVersionInfo>>,
        failed: Option<&'a HashMap<String, PackageVersionError>>,
    ) -> Self {
        let version = &version.version;
        Self { done: done.and_then(|d| d.get(version)), failed: failed.and_then(|f| f.get(version)) }
    }

    fn read(self, call: &str, target: &Status) -> Result<Change> {
        match self {
            Self { failed: None, done: Some(done) } if done.status() == Some(target) => Ok(Change::Done),
            Self { failed: None, .. } => Err(incomplete(call, &format!("the version's status {target}"))),
            Self { failed: Some(failed), .. } => match failed.error_code() {
                Some(Code::MismatchedRevision | Code::MismatchedStatus | Code::NotFound) => {
                    Ok(Change::Overtaken)
                }
                code => {
                    let code = code.map_or("no error code", Code::as_str);
                    let message = failed.error_message().unwrap_or("the service does not say why");
                    Err(Error::rejected(format!("{call}: {code}: {message}")))
                }
            },
        }
    }
}

impl CodeArtifact {
    /// Shows everyone what was held at this revision, unless it has changed since.
    pub(super) async fn finish(&self, version: &VersionId, held: &Held) -> Result<Change> {
        let call = self.call("publish", version);
        let request = addressed!(self.client().await.update_package_versions_status(), self.place, version);
        let request = request.versions(&version.version).version_revisions(&version.version, &held.revision);
        let request = request.expected_status(Status::Unfinished).target_status(Status::Published);
        match request.send().await {
            Ok(answer) => Answer::about(version, answer.successful_versions(), answer.failed_versions())
                .read(&call, &Status::Published),
            Err(error) if absent!(error, UpdatePackageVersionsStatusError) => Ok(Change::Overtaken),
            Err(error) => Err(failed(call, error)),
        }
    }

    /// Nobody can get the version from now on. One that is not there is none.
    pub(super) async fn archive(&self, version: &VersionId) -> Result<()> {
        let call = self.call("archive", version);
        let request = addressed!(self.client().await.update_package_versions_status(), self.place, version);
        let request = request.versions(&version.version).target_status(Status::Archived);
        let change = match request.send().await {
            Ok(answer) => Answer::about(version, answer.successful_versions(), answer.failed_versions())
                .read(&call, &Status::Archived),
            Err(error) if absent!(error, UpdatePackageVersionsStatusError) => Ok(Change::Overtaken),
            Err(error) => Err(failed(&call, error)),
        };
        let problem = match change {
            Ok(Change::Done) => return Ok(()),
            Ok(Change::Overtaken) => Error::transient(format!("{call}: it was changed meanwhile")),
            Err(error) => error,
        };
        // The service need not call it a success where nothing is left to do.
        match self.describe(version).await?.map(|described| described.status) {
            None | Some(Status::Archived | Status::Disposed | Status::Deleted) => Ok(()),
            Some(_) => Err(problem),
        }
    }

    /// The version is gone, and its name is free.
    pub(super) async fn delete(&self, version: &VersionId) -> Result<Change> {
        let call = self.call("delete", version);
        let request = addressed!(self.client().await.delete_package_versions(), self.place, version);
        match request.versions(&version.version).send().await {
            Ok(answer) => Answer::about(version, answer.successful_versions(), answer.failed_versions())
                .read(&call, &Status::Deleted),
            Err(error) if absent!(error, DeletePackageVersionsError) => Ok(Change::Overtaken),
            Err(error) => Err(failed(call, error)),
        }
    }
}
