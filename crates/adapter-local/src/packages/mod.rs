//! Approved packages as folders: `<namespace>/<package>/<version>/{version.json,assets/<asset>}`.

mod place;
mod version;

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use domain::{
    Approved, Body, ByteStream, Error, PackageRepository, Publication, Release, Result, Sha256, Withdrawal,
};
use sha2::Digest as _;

use crate::incoming::{Incoming, blocking, receive};

pub(crate) use place::{PackageId, VersionId};
pub(crate) use version::{Asset, Version, VersionStatus};

/// The domain that the local repository is in.
pub const DOMAIN: &str = "airlock";
/// The local repository's name.
pub const REPOSITORY: &str = "approved";
/// Where `airlock serve` listens unless it is told otherwise.
pub const DEFAULT_PORT: u16 = 8070;

/// The private repository as a folder. A version that is published never changes: `version.json` is written last,
/// at once, and names every asset with its digest. Several processes may share the folder.
#[derive(Debug, Clone)]
pub struct PackageFolder {
    root: PathBuf,
    endpoint: String,
}

/// Why an asset was not published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PublishError {
    /// The version is finished, or has other bytes under this name.
    #[error("{0}")]
    Conflict(String),
    /// The bytes are not the ones that were announced.
    #[error("the bytes have the SHA-256 {found}, not {expected}")]
    OtherDigest { expected: Sha256, found: Sha256 },
    /// The stream or the disk.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// One asset to publish.
pub(crate) struct NewAsset {
    pub(crate) version: VersionId,
    pub(crate) name: String,
    pub(crate) sha256: Sha256,
    pub(crate) bytes: u64,
    /// What the version is afterwards.
    pub(crate) status: VersionStatus,
}

impl PackageFolder {
    /// The folder need not exist: the first publication creates it.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), endpoint: format!("http://127.0.0.1:{DEFAULT_PORT}") }
    }

    /// The same folder, served at another address than the default of `airlock serve`.
    #[must_use]
    pub fn served_at(self, endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), ..self }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Streams the bytes beside their place, compares the digest, and only then shows them.
    pub(crate) async fn publish_asset(
        &self,
        asset: NewAsset,
        body: ByteStream,
    ) -> Result<Version, PublishError> {
        let what = format!("{} of {}", asset.name, asset.version);
        let incoming = receive(&self.root, &what, asset.bytes, body).await?;
        if incoming.sha256 != asset.sha256 {
            return Err(PublishError::OtherDigest { expected: asset.sha256, found: incoming.sha256 });
        }
        let root = self.root.clone();
        blocking(&what, move || {
            let _lock = lock(&root)?;
            add(&root, &asset, incoming)
        })
        .await?
        .map_err(PublishError::Conflict)
    }

    /// The version and when it was published; `None` where there is none.
    pub(crate) async fn version(&self, id: &VersionId) -> Result<Option<(Version, SystemTime)>> {
        let (folder, what) = (id.folder(&self.root)?, id.to_string());
        blocking(&what, move || Version::read(&folder)).await
    }

    /// Streams an asset that the version has.
    pub(crate) async fn asset(&self, id: &VersionId, asset: &Asset) -> Result<Option<Body>> {
        let path = place::asset(&id.folder(&self.root)?, &asset.name)?;
        crate::folder::open(&asset.name, &path).await
    }

    /// Every package, in order.
    pub(crate) async fn packages(&self) -> Result<Vec<PackageId>> {
        let root = self.root.clone();
        blocking("the list of packages", move || place::packages(&root)).await
    }

    /// Every version of a package with its state and time, in order of their names.
    pub(crate) async fn versions(&self, id: &PackageId) -> Result<Vec<(String, Version, SystemTime)>> {
        let (folder, what) = (id.folder(&self.root)?, id.to_string());
        blocking(&what, move || {
            let mut versions = Vec::new();
            for name in place::names(&folder)? {
                if let Some((version, at)) = Version::read(&folder.join(place::encode(&name)))? {
                    versions.push((name, version, at));
                }
            }
            Ok(versions)
        })
        .await
    }

    fn publication(&self, release: &Release) -> Publication {
        let (package, asset) = (release.package(), release.asset());
        let version = quote(release.version());
        Publication {
            repository: format!("{DOMAIN}/{REPOSITORY}"),
            version: release.version().to_owned(),
            asset: asset.to_owned(),
            latest: false,
            install: vec![format!(
                "aws codeartifact get-package-version-asset --domain {DOMAIN} --repository {REPOSITORY} \
                 --format generic --namespace {package} --package {package} --package-version {version} \
                 --asset {asset} {asset} --endpoint-url {} --region us-east-1 --no-sign-request",
                self.endpoint
            )],
        }
    }
}

impl PackageRepository for PackageFolder {
    async fn publish(&self, release: &Release, file: &Path) -> Result<Publication> {
        let body = crate::folder::open(release.asset(), file).await?;
        let body = body.ok_or_else(|| Error::rejected("the artifact's file is not there"))?;
        let asset = NewAsset {
            version: VersionId::new(
                release.package().as_str(),
                release.package().as_str(),
                release.version(),
            ),
            name: release.asset().to_owned(),
            sha256: *release.sha256(),
            bytes: release.bytes(),
            status: VersionStatus::Published,
        };
        match self.publish_asset(asset, body.stream).await {
            Ok(_) => Ok(self.publication(release)),
            Err(PublishError::Failed(error)) => Err(error),
            Err(other) => Err(Error::rejected(format!("cannot publish {}: {other}", release.package()))),
        }
    }

    async fn revoke(&self, approved: &Approved) -> Result<Withdrawal> {
        Err(Error::rejected(format!("{} cannot be revoked yet", approved.package)))
    }
}

/// One writer at a time, be it a thread or another process.
fn lock(root: &Path) -> io::Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(root.join(".lock"))?;
    file.lock()?;
    Ok(file)
}

fn digest_of(path: &Path) -> io::Result<Sha256> {
    let (mut file, mut hasher) = (File::open(path)?, sha2::Sha256::new());
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(Sha256::from_bytes(hasher.finalize().into())),
            read => hasher.update(&piece[..read]),
        }
    }
}

/// The inner error is a conflict, told in a sentence.
fn add(root: &Path, asset: &NewAsset, incoming: Incoming) -> io::Result<Result<Version, String>> {
    let folder = asset.version.folder(root).map_err(io::Error::other)?;
    let mut version = Version::read(&folder)?.map_or_else(Version::default, |(version, _)| version);
    match version.asset(&asset.name) {
        Some(found) if found.sha256 != asset.sha256 => {
            return Ok(Err(format!("{} already has other bytes as {}", asset.version, asset.name)));
        }
        Some(_)
            if digest_of(&place::asset(&folder, &asset.name).map_err(io::Error::other)?)? != asset.sha256 =>
        {
            return Ok(Err(format!(
                "the file of {} in {} was changed on this disk",
                asset.name, asset.version
            )));
        }
        Some(_) if version.status == VersionStatus::Published || asset.status == version.status => {
            return Ok(Ok(version));
        }
        None if version.status == VersionStatus::Published => {
            return Ok(Err(format!("{} is published: no further asset can be added", asset.version)));
        }
        Some(_) => {}
        None => {
            let path = place::asset(&folder, &asset.name).map_err(io::Error::other)?;
            crate::folder::create_parent(&path)?;
            incoming.file.persist(&path).map_err(|error| error.error)?;
            version.add(Asset { name: asset.name.clone(), size: incoming.bytes, sha256: incoming.sha256 });
        }
    }
    version.status = asset.status;
    version.write(root, &folder)?;
    Ok(Ok(version))
}

/// Safe to paste into a shell: a registry's version may hold `!` or `~`.
fn quote(text: &str) -> String {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests;
