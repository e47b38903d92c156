//! What the service holds.

use aws_sdk_codeartifact::{
    operation::{
        describe_package_version::DescribePackageVersionError,
        list_package_version_assets::ListPackageVersionAssetsError,
    },
    primitives::DateTime,
    types::{
        AssetSummary, HashAlgorithm, PackageVersionStatus, ResourceType, error::ResourceNotFoundException,
    },
};
use domain::{Result, Sha256};

use super::{CodeArtifact, version::VersionId};
use crate::error::{failed, incomplete};

/// A version as the service holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) status: PackageVersionStatus,
    /// Another one after every change.
    pub(super) revision: String,
    /// None, for [`CodeArtifact::look`], where the version is neither published nor on its way to be.
    pub(super) assets: Vec<HeldAsset>,
}

/// What a version is, without its assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) status: PackageVersionStatus,
    pub(super) published: Option<DateTime>,
}

/// A file of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeldAsset {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: Sha256,
}

impl Held {
    pub(super) fn asset(&self, name: &str) -> Option<&HeldAsset> {
        self.assets.iter().find(|asset| asset.name == name)
    }
}

impl HeldAsset {
    pub(super) fn read(call: &str, summary: &AssetSummary) -> Result<Self> {
        let digest = summary.hashes().and_then(|hashes| hashes.get(&HashAlgorithm::Sha256));
        let digest = digest.and_then(|digest| Sha256::parse(digest).ok());
        let sha256 = digest.ok_or_else(|| incomplete(call, "the asset's SHA-256"))?;
        let bytes = summary.size().and_then(|size| size.try_into().ok());
        let bytes = bytes.ok_or_else(|| incomplete(call, "the asset's size"))?;
        Ok(Self { name: summary.name().to_owned(), bytes, sha256 })
    }
}

/// Every operation names a version in the same words, and the SDK has a type for each.
macro_rules! addressed {
    ($request:expr, $place:expr, $version:expr) => {
        $request
            .domain(&$place.domain)
            .set_domain_owner($place.owner.clone())
            .repository(&$place.repository)
            .format($version.format.clone())
            .set_namespace($version.namespace.clone())
            .package(&$version.package)
    };
}
pub(super) use addressed;

/// Whether the operation's error says that there is no such version. A domain or repository that is not there is
/// another matter.
macro_rules! absent {
    ($error:expr, $operation:ident) => {
        matches!(
            $error.as_service_error(),
            Some($operation::ResourceNotFoundException(e)) if $crate::code_artifact::held::is_absent(e)
        )
    };
}
pub(super) use absent;

pub(super) fn is_absent(exception: &ResourceNotFoundException) -> bool {
    matches!(exception.resource_type(), Some(ResourceType::Package | ResourceType::PackageVersion))
}

impl CodeArtifact {
    /// The version as it is now; `None` where there is none.
    pub(super) async fn look(&self, version: &VersionId) -> Result<Option<Held>> {
        let Some(described) = self.describe(version).await? else { return Ok(None) };
        match described.status {
            status @ (PackageVersionStatus::Published | PackageVersionStatus::Unfinished) => {
                self.assets(version, status).await
            }
            status => Ok(Some(Held { status, revision: String::new(), assets: vec![] })),
        }
    }

    /// The version as it is now, with its assets even where nobody can get them.
    pub(super) async fn contents(&self, version: &VersionId) -> Result<Option<Held>> {
        match self.describe(version).await? {
            Some(described) => self.assets(version, described.status).await,
            None => Ok(None),
        }
    }

    /// Its status and time alone. The SDK makes up a version where the answer has none, but no status.
    pub(super) async fn describe(&self, version: &VersionId) -> Result<Option<Described>> {
        let call = self.call("describe", version);
        let request = addressed!(self.client().await.describe_package_version(), self.place, version);
        let described = match request.package_version(&version.version).send().await {
            Ok(answer) => answer.package_version.ok_or_else(|| incomplete(&call, "the version"))?,
            Err(error) if absent!(error, DescribePackageVersionError) => return Ok(None),
            Err(error) => return Err(failed(call, error)),
        };
        let status = described.status.ok_or_else(|| incomplete(call, "the version's status"))?;
        Ok(Some(Described { status, published: described.published_time }))
    }

    /// All pages. The first one's revision counts: whoever changes the version meanwhile makes it the wrong one.
    async fn assets(&self, version: &VersionId, status: PackageVersionStatus) -> Result<Option<Held>> {
        let call = self.call("list the assets of", version);
        let request = addressed!(self.client().await.list_package_version_assets(), self.place, version);
        let mut pages = request.package_version(&version.version).into_paginator().send();
        let mut held = Held { status, revision: String::new(), assets: vec![] };
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(error) if absent!(error, ListPackageVersionAssetsError) => return Ok(None),
                Err(error) => return Err(failed(call, error)),
            };
            for asset in page.assets.ok_or_else(|| incomplete(&call, "the assets"))? {
                held.assets.push(HeldAsset::read(&call, &asset)?);
            }
            if held.revision.is_empty() {
                held.revision = page.version_revision.unwrap_or_default();
            }
        }
        if held.revision.is_empty() {
            Err(incomplete(call, "the version's revision"))
        } else {
            Ok(Some(held))
        }
    }
}
