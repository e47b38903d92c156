mod change;
mod endpoint;
mod generic;
mod held;
mod install;
mod latest;
mod native;
mod npm;
mod pypi;
mod revoke;
mod sending;
mod version;

use std::path::Path;

use aws_sdk_codeartifact::Client;
use domain::{Approved, Error, Manifest, PackageRepository, Publication, Release, Result, Withdrawal};

use crate::{Aws, aws::Lazy};
use install::Place;
use latest::Source;
use version::VersionId;

/// The version of every generic package that serves the newest approved artifact.
const LATEST: &str = "Latest";

/// A repository of CodeArtifact. A package is a generic package version: its artifact, and the evidence beside it; its
/// namespace is its name. A wheel, sdist or npm tarball is a version of its own format too, for `pip` and `npm`.
#[derive(Debug)]
pub struct CodeArtifact {
    aws: Aws,
    client: Lazy<Client>,
    place: Place,
}

impl CodeArtifact {
    pub(crate) fn new(aws: Aws, domain: String, owner: Option<String>, repository: String) -> Self {
        Self { aws, client: Lazy::default(), place: Place { domain, owner, repository } }
    }

    async fn client(&self) -> &Client {
        self.client.get(&self.aws, Client::new).await
    }

    /// What was tried, as every error begins.
    fn call(&self, verb: &str, version: &VersionId) -> String {
        format!("cannot {verb} {version} in {}", self.place)
    }

    /// The generic version comes first: whoever revokes archives it first. A revocation that came before the native upload
    /// is seen after it, and takes the upload back. What the installer is known not to get is shown to nobody before.
    async fn publish_both(
        &self,
        version: &VersionId,
        release: &Release,
        manifest: &Manifest,
        file: &Path,
    ) -> Result<()> {
        self.holds(&VersionId::native(&manifest.identity), release, manifest).await?;
        self.publish_generic(version, release, file).await?;
        self.publish_native(release, manifest, file).await?;
        self.refuse_withdrawn(version, manifest).await
    }
}

impl PackageRepository for CodeArtifact {
    async fn publish(&self, release: &Release, file: &Path) -> Result<Publication> {
        let version = VersionId::of(release);
        if release.version() == LATEST {
            let call = self.call("publish", &version);
            return Err(Error::rejected(format!("{call}: {LATEST} is what the newest version is served as")));
        }
        match release.manifest() {
            None => self.publish_generic(&version, release, file).await?,
            Some(manifest) => match self.publish_both(&version, release, manifest, file).await {
                Err(error @ Error::Rejected { .. }) => {
                    return Err(self.refused(&version, release, manifest, error).await);
                }
                done => done?,
            },
        }
        let latest = self.mend_latest(release.package(), Source::File { release, file }).await?;
        Ok(Publication {
            repository: self.place.to_string(),
            version: release.version().to_owned(),
            asset: release.asset().to_owned(),
            latest: latest.as_deref() == Some(release.version()),
            install: self.place.install(release),
        })
    }

    async fn revoke(&self, approved: &Approved) -> Result<Withdrawal> {
        self.take_back(approved).await
    }
}

#[cfg(test)]
mod tests;
