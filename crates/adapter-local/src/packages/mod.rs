//! Approved packages as folders: `<format>/<namespace>/<package>/<version>/{version.json,assets/<sha256>}`.

mod moment;
mod place;
mod release;
mod shelf;
mod status;
mod version;

use std::{io, path::PathBuf};

use domain::{Body, ByteStream, Error, Result, Sha256};

use crate::incoming::{Length, TEMPORARY, blocking, receive};

pub(crate) use moment::Moment;
pub(crate) use place::{PackageFormat, PackageId, VersionId};
pub(crate) use shelf::{Content, NewFile};
pub(crate) use status::{Change, Refused, Target};
pub(crate) use version::{Asset, NpmDigests, Version, VersionStatus};

use shelf::Shelf;

/// The domain that the local repository is in.
pub const DOMAIN: &str = "airlock";
/// The local repository's name.
pub const REPOSITORY: &str = "approved";
/// Where `airlock serve` listens unless it is told otherwise.
pub const DEFAULT_PORT: u16 = 8070;

/// A version may change while it is read; more often than this it does not.
const READ_ATTEMPTS: usize = 10;

/// The private repository as a folder. Several processes may share it.
#[derive(Debug, Clone)]
pub struct PackageFolder {
    root: PathBuf,
    endpoint: String,
    #[cfg(test)]
    steps: Steps,
}

/// Why an asset was not published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PublishError {
    /// The version is finished, was taken back, or has other bytes under this name.
    #[error("{0}")]
    Conflict(String),
    /// The names cannot be kept.
    #[error("{0}")]
    Names(String),
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

/// An asset that is being read, and the version as it was then.
pub(crate) struct Opened {
    pub(crate) version: Version,
    pub(crate) body: Body,
}

/// A published version.
pub(crate) struct Published {
    pub(crate) name: String,
    pub(crate) version: Version,
    /// What each of its assets says of itself; empty where that is nothing.
    pub(crate) metadata: Vec<Vec<u8>>,
}

impl PackageFolder {
    /// The folder need not exist: the first publication creates it.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            endpoint: format!("http://127.0.0.1:{DEFAULT_PORT}"),
            #[cfg(test)]
            steps: Steps::default(),
        }
    }

    /// The same folder, served at another address than the default of `airlock serve`.
    #[must_use]
    pub fn served_at(self, endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), ..self }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) fn root(&self) -> &std::path::Path {
        &self.root
    }

    /// Streams the bytes beside their place, compares the digest, and only then shows them.
    pub(crate) async fn publish_asset(
        &self,
        asset: NewAsset,
        body: ByteStream,
    ) -> Result<Version, PublishError> {
        let NewAsset { version, name, sha256, bytes, status } = asset;
        version.refusal().map_or(Ok(()), |refusal| Err(PublishError::Names(refusal)))?;
        let what = format!("{name} of {version}");
        let incoming = receive(&self.root, &what, Length::Exactly(bytes), body).await?;
        if incoming.sha256 != sha256 {
            return Err(PublishError::OtherDigest { expected: sha256, found: incoming.sha256 });
        }
        let content = Content::Received(incoming.file);
        let file = NewFile { name, size: bytes, sha256, content, npm: None, metadata: None };
        self.put(&version, vec![file], status).await
    }

    /// Adds complete files to a version: all of them at once, or none.
    pub(crate) async fn put(
        &self,
        id: &VersionId,
        files: Vec<NewFile>,
        status: VersionStatus,
    ) -> Result<Version, PublishError> {
        id.refusal().map_or(Ok(()), |refusal| Err(PublishError::Names(refusal)))?;
        let (what, id) = (id.to_string(), id.clone());
        let put = self.write(&what, move |shelf| shelf.put(&id, files, status)).await?;
        put.map_err(PublishError::Conflict)
    }

    /// Changes the state of versions, each on its own.
    pub(crate) async fn change(
        &self,
        id: &PackageId,
        versions: Vec<String>,
        change: Change,
    ) -> Result<Vec<(String, Result<Changed, Refused>)>> {
        let (what, id) = (id.to_string(), id.clone());
        self.write(&what, move |shelf| {
            let changed = versions.into_iter().map(|version| {
                let done = shelf.change(&id.version(&version), &change)?;
                Ok((version, done))
            });
            changed.collect()
        })
        .await
    }

    /// The version; `None` where there is none.
    pub(crate) async fn version(&self, id: &VersionId) -> Result<Option<Version>> {
        let Some(folder) = id.folder(&self.root) else { return Ok(None) };
        let what = id.to_string();
        blocking(&what, move || Version::read(&folder)).await
    }

    /// Streams one file of a version that can be read: the asset that `choose` finds in it, or what else it chooses.
    pub(crate) async fn open(
        &self,
        id: &VersionId,
        choose: impl Fn(&Version) -> Option<Sha256>,
    ) -> Result<Option<Opened>> {
        let Some(folder) = id.folder(&self.root) else { return Ok(None) };
        for _ in 0..READ_ATTEMPTS {
            let Some(version) = self.version(id).await? else { return Ok(None) };
            let Some(sha256) = version.status.is_readable().then(|| choose(&version)).flatten() else {
                return Ok(None);
            };
            let path = place::file(&folder, &sha256);
            if let Some(body) = crate::folder::open(&id.to_string(), &path).await? {
                return Ok(Some(Opened { version, body }));
            }
        }
        Err(missing(id))
    }

    /// Every published version, in order of their names.
    pub(crate) async fn published(&self, id: &PackageId) -> Result<Vec<Published>> {
        let mut published = Vec::new();
        for (version, seen) in self.versions(id).await? {
            published.extend(self.with_metadata(&id.version(&version), seen).await?);
        }
        Ok(published)
    }

    /// The version as it was seen, or as it is where its files are gone since; `None` where it is not published.
    async fn with_metadata(&self, id: &VersionId, seen: Version) -> Result<Option<Published>> {
        let (mut found, what) = (Some(seen), id.to_string());
        for _ in 0..READ_ATTEMPTS {
            let Some(version) = found.filter(|version| version.status == VersionStatus::Published) else {
                return Ok(None);
            };
            let Some(folder) = id.folder(&self.root) else { return Ok(None) };
            let read = blocking(&what, move || version.metadata(&folder).map(|read| (version, read)));
            if let (version, Some(metadata)) = read.await? {
                return Ok(Some(Published { name: id.version.clone(), version, metadata }));
            }
            found = self.version(id).await?;
        }
        Err(missing(id))
    }

    /// Every package of a format, in order.
    pub(crate) async fn packages(&self, format: PackageFormat) -> Result<Vec<PackageId>> {
        let root = self.root.clone();
        blocking("the list of packages", move || place::packages(&root, format)).await
    }

    /// Every version of a package, in order of their names.
    pub(crate) async fn versions(&self, id: &PackageId) -> Result<Vec<(String, Version)>> {
        let (root, what, id) = (self.root.clone(), id.to_string(), id.clone());
        blocking(&what, move || place::versions(&root, &id)).await
    }

    /// Removes what uploads left that were killed, as every write does too.
    pub(crate) async fn tidy(&self) -> Result<()> {
        if self.root.join(TEMPORARY).is_dir() {
            self.write("unfinished files", |_| Ok(())).await
        } else {
            Ok(())
        }
    }

    /// Does what only one writer may do at a time.
    async fn write<T: Send + 'static>(
        &self,
        what: &str,
        work: impl FnOnce(&mut Shelf) -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let packages = self.clone();
        blocking(what, move || {
            let mut shelf = Shelf::lock(&packages.root)?;
            #[cfg(test)]
            {
                shelf.steps = packages.steps;
            }
            work(&mut shelf)
        })
        .await
    }
}

fn missing(id: &VersionId) -> Error {
    Error::rejected(format!("a file of {id} is missing on this disk: publish it again"))
}

/// What a version is after a change: its revision and its state; of a deleted one, the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) revision: String,
    pub(crate) status: &'static str,
}

/// How many steps a writer has left, and what becomes of it then; `None` for as many as it likes.
#[cfg(test)]
#[derive(Debug, Clone, Default)]
pub(crate) struct Steps(std::sync::Arc<std::sync::Mutex<Option<(usize, Ending)>>>);

#[cfg(test)]
type Ending = fn() -> io::Result<()>;

#[cfg(test)]
impl Steps {
    fn set(&self, left: Option<(usize, Ending)>) {
        *self.0.lock().unwrap() = left;
    }

    fn take(&self) -> io::Result<()> {
        match &mut *self.0.lock().unwrap() {
            None => Ok(()),
            Some((0, ending)) => ending(),
            Some((left, _)) => {
                *left -= 1;
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
