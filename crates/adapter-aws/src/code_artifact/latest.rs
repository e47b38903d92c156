//! `Latest`: a version as any other for the service, which serves the newest approved artifact.
//!
//! Nothing locks it. Whoever changes it looks again afterwards, so the last one who did has seen the newest version in
//! it; and whoever was stopped between taking away the old one and putting in the new leaves a gap that the next run,
//! on any version of the package, closes.

use std::path::Path;

use aws_sdk_codeartifact::{
    operation::{
        get_package_version_asset::GetPackageVersionAssetError,
        list_package_versions::ListPackageVersionsError,
    },
    primitives::DateTime,
    types::{PackageVersionSortType, PackageVersionStatus as Status},
};
use domain::{Body, Error, PackageName, Release, Result};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    CodeArtifact, LATEST,
    held::{Held, HeldAsset, absent, addressed},
    sending::{After, NewAsset, Sent},
    version::VersionId,
};
use crate::error::{failed, incomplete};

/// How often it is looked at, while others change it.
const LOOKS: usize = 24;
/// How many versions are asked for their time at once.
const AT_ONCE: usize = 8;

/// Where the newest version's bytes are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    /// The release's in a file; any other version's in the repository.
    File {
        /// What was just published.
        release: &'a Release,
        /// Its bytes.
        file: &'a Path,
    },
    /// In the repository.
    Repository,
}

/// The version that was published last, and its artifact.
pub(super) struct Newest {
    pub(super) version: VersionId,
    artifact: HeldAsset,
}

impl CodeArtifact {
    /// Makes `Latest` serve the newest version; answers which that is.
    pub(super) async fn mend_latest(
        &self,
        package: &PackageName,
        source: Source<'_>,
    ) -> Result<Option<String>> {
        let latest = VersionId::generic(package, LATEST);
        for _ in 0..LOOKS {
            let newest = self.newest(package).await?;
            match (newest, self.look(&latest).await?) {
                (None, None) => return Ok(None),
                (Some(newest), Some(held)) if serves(&held, &newest.artifact) => {
                    return Ok(Some(newest.version.version));
                }
                (Some(newest), None) => self.serve_as_latest(&latest, &newest, source).await?,
                (_, Some(_)) => drop(self.delete(&latest).await?),
            }
        }
        let call = self.call("change", &latest);
        Err(Error::transient(format!("{call}: others kept changing it meanwhile")))
    }

    /// Whoever else has put something in its place, or taken back the newest version, is seen by the next look.
    async fn serve_as_latest(&self, latest: &VersionId, newest: &Newest, source: Source<'_>) -> Result<()> {
        let asset = match source {
            Source::File { release, file }
                if release.sha256() == &newest.artifact.sha256 && release.asset() == newest.artifact.name =>
            {
                NewAsset::artifact(release, file)
            }
            _ => match self.content(newest).await? {
                Some(body) => NewAsset::copy(&newest.artifact, body),
                None => return Ok(()),
            },
        };
        match self.send(latest, asset, After::Published).await? {
            Sent::Stored | Sent::Refused(_) => Ok(()),
        }
    }

    /// The newest artifact's bytes; `None` where the version is no longer published.
    async fn content(&self, newest: &Newest) -> Result<Option<Body>> {
        let Newest { version, artifact } = newest;
        let call = format!("{} of {}", self.call("read", version), artifact.name);
        let request = addressed!(self.client().await.get_package_version_asset(), self.place, version);
        let request = request.package_version(&version.version).asset(&artifact.name);
        match request.send().await {
            Ok(answer) => {
                let chunks = stream::try_unfold(answer.asset, move |mut asset| {
                    let call = call.clone();
                    async move {
                        let chunk = asset.next().await.transpose();
                        let chunk = chunk.map_err(|e| Error::transient(call).because(e))?;
                        Ok(chunk.map(|chunk| (chunk, asset)))
                    }
                });
                Ok(Some(Body { length: artifact.bytes, stream: Box::pin(chunks) }))
            }
            Err(error) if absent!(error, GetPackageVersionAssetError) => Ok(None),
            Err(error) => Err(failed(call, error)),
        }
    }

    /// The published version with the latest time that has an artifact.
    pub(super) async fn newest(&self, package: &PackageName) -> Result<Option<Newest>> {
        let published = stream::iter(self.published(package).await?);
        let timed = published.map(|version| self.published_time(package, version));
        let timed: Vec<_> = timed.buffer_unordered(AT_ONCE).try_collect().await?;
        let mut versions: Vec<(DateTime, String)> = timed.into_iter().flatten().collect();
        versions.sort();
        while let Some((_, version)) = versions.pop() {
            let version = VersionId::generic(package, &version);
            let held = self.look(&version).await?.filter(|held| held.status == Status::Published);
            if let Some(artifact) = held.and_then(|held| artifact(package, held)) {
                return Ok(Some(Newest { version, artifact }));
            }
        }
        Ok(None)
    }

    /// Every published version but `Latest`.
    async fn published(&self, package: &PackageName) -> Result<Vec<String>> {
        let any = VersionId::generic(package, LATEST);
        let call = format!("cannot list the versions of {package} in {}", self.place);
        let request = addressed!(self.client().await.list_package_versions(), self.place, any);
        let request = request.status(Status::Published).sort_by(PackageVersionSortType::PublishedTime);
        let mut pages = request.into_paginator().send();
        let mut versions = vec![];
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page.versions.ok_or_else(|| incomplete(&call, "the versions"))?,
                Err(error) if absent!(error, ListPackageVersionsError) => return Ok(vec![]),
                Err(error) => return Err(failed(call, error)),
            };
            let published = page.into_iter().filter(|it| it.status == Status::Published);
            versions.extend(published.map(|it| it.version).filter(|version| version != LATEST));
        }
        Ok(versions)
    }

    /// `None` where the version is no longer published.
    async fn published_time(
        &self,
        package: &PackageName,
        version: String,
    ) -> Result<Option<(DateTime, String)>> {
        let id = VersionId::generic(package, &version);
        let described = self.describe(&id).await?;
        let Some(described) = described.filter(|it| it.status == Status::Published) else {
            return Ok(None);
        };
        let missing = || incomplete(self.call("describe", &id), "the time it was published at");
        Ok(Some((described.published.ok_or_else(missing)?, version)))
    }
}

/// The one asset that is called `<package>.<extension>`: what Airlock publishes has it.
fn artifact(package: &PackageName, held: Held) -> Option<HeldAsset> {
    let is_artifact =
        |name: &str| name.strip_prefix(package.as_str()).is_some_and(|rest| rest.starts_with('.'));
    let mut artifacts = held.assets.into_iter().filter(|asset| is_artifact(&asset.name));
    let artifact = artifacts.next()?;
    artifacts.next().is_none().then_some(artifact)
}

fn serves(held: &Held, artifact: &HeldAsset) -> bool {
    held.status == Status::Published && held.assets == [artifact.clone()]
}
