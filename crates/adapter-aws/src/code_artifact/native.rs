//! The version in its own format, where `pip` and `npm` look for it.

use std::path::Path;

use aws_sdk_codeartifact::types::{PackageFormat, PackageVersionStatus as Status};
use domain::{Error, Manifest, PackageKind, Release, Result};

use super::{CodeArtifact, held::HeldAsset, npm, pypi, sending::Sent, version::VersionId};

impl CodeArtifact {
    /// Asks before and after: what the endpoint answers is not believed.
    pub(super) async fn publish_native(
        &self,
        release: &Release,
        manifest: &Manifest,
        file: &Path,
    ) -> Result<()> {
        let version = VersionId::native(&manifest.identity);
        if self.holds(&version, release, manifest).await? {
            return Ok(());
        }
        let call = self.call("publish", &version);
        let endpoint = self.endpoint(&version.format, release.bytes()).await?;
        let upload = match manifest.identity.kind {
            PackageKind::Wheel | PackageKind::Sdist => pypi::upload(release, manifest, file, &endpoint.url),
            PackageKind::Npm => npm::upload(release, manifest, file, &endpoint.url).await,
        };
        let sent = endpoint.send(&call, upload?).await?;
        match (self.holds(&version, release, manifest).await?, sent) {
            (true, _) => Ok(()),
            (false, Sent::Refused(error)) => Err(error),
            (false, Sent::Stored) => Err(Error::transient(format!(
                "{call}: the endpoint took it, but the service does not hold it yet"
            ))),
        }
    }

    /// Whether the approved bytes can be installed. Others under the same name are an error.
    pub(super) async fn holds(
        &self,
        version: &VersionId,
        release: &Release,
        manifest: &Manifest,
    ) -> Result<bool> {
        let Some(held) = self.look(version).await? else { return Ok(false) };
        match held.status {
            Status::Unfinished => return Ok(false),
            Status::Published => {}
            status => return Err(self.withdrawn(version, &status)),
        }
        // An npm version is one tarball, whatever the service calls it.
        let is_ours = |asset: &&HeldAsset| match version.format {
            PackageFormat::Npm => asset.name.ends_with(".tgz"),
            _ => asset.name == manifest.identity.file,
        };
        match held.assets.iter().find(is_ours) {
            None => Ok(false),
            Some(there) if there.sha256 == *release.sha256() => Ok(true),
            Some(there) => Err(Error::rejected(format!(
                "{}: the version holds other bytes already: {} is {}, approved was {}",
                self.call("publish", version),
                there.name,
                there.sha256,
                release.sha256()
            ))),
        }
    }
}
