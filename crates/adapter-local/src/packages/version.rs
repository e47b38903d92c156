use std::{io, path::Path};

use domain::Sha256;
use serde::{Deserialize, Serialize};

use super::{moment::Moment, place};

const FILE: &str = "version.json";

/// What `version.json` holds: the one thing that says what a version is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) status: VersionStatus,
    /// When its first file came.
    pub(crate) created: Moment,
    /// When it was published first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) published: Option<Moment>,
    /// How often it was changed: a revision never comes back.
    pub(crate) changes: u64,
    /// The version that `Latest` serves; no other has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) serves: Option<String>,
    /// In order of their names.
    pub(crate) assets: Vec<Asset>,
}

/// CodeArtifact's states of a version; one that is deleted is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum VersionStatus {
    /// Assets can still be added, and nobody gets them.
    Unfinished,
    /// For all to get.
    Published,
    /// To be got by whoever names it, and in no installer's index.
    Unlisted,
    /// Kept, and nobody gets it.
    Archived,
    /// As archived, and its assets are gone for good.
    Disposed,
}

/// One file of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asset {
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) sha256: Sha256,
    /// When it came.
    pub(crate) added: Moment,
    /// What npm compares besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) npm: Option<NpmDigests>,
    /// The package's own metadata, as a file beside the asset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<Sha256>,
}

/// Hexadecimal, of the whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NpmDigests {
    pub(crate) sha1: String,
    pub(crate) sha512: String,
}

impl VersionStatus {
    pub(crate) const ALL: [Self; 5] =
        [Self::Unfinished, Self::Published, Self::Unlisted, Self::Archived, Self::Disposed];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unfinished => "Unfinished",
            Self::Published => "Published",
            Self::Unlisted => "Unlisted",
            Self::Archived => "Archived",
            Self::Disposed => "Disposed",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether the assets can be got by whoever names the version.
    pub(crate) fn is_readable(self) -> bool {
        matches!(self, Self::Published | Self::Unlisted)
    }
}

impl Version {
    pub(super) fn new(created: Moment) -> Self {
        let status = VersionStatus::Unfinished;
        Self { status, created, published: None, changes: 0, serves: None, assets: Vec::new() }
    }

    pub(crate) fn asset(&self, name: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.name == name)
    }

    pub(super) fn add(&mut self, asset: Asset) {
        self.assets.push(asset);
        self.assets.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// Sets the state; a version keeps the moment when it was published first.
    pub(super) fn become_status(&mut self, status: VersionStatus, now: Moment) {
        self.status = status;
        if status == VersionStatus::Published {
            self.published.get_or_insert(now);
        }
    }

    /// Whether a file of this digest belongs to it.
    pub(super) fn refers_to(&self, sha256: &Sha256) -> bool {
        self.assets.iter().any(|asset| asset.sha256 == *sha256 || asset.metadata == Some(*sha256))
    }

    /// Opaque to clients: another one whenever the version changed.
    pub(crate) fn revision(&self) -> String {
        let whole = serde_json::to_vec(self).unwrap_or_default();
        Sha256::of(&whole).to_string()[..32].to_owned()
    }

    /// The metadata beside each of its assets; `None` where that is gone.
    pub(super) fn metadata(&self, folder: &Path) -> io::Result<Option<Vec<Vec<u8>>>> {
        let read = |asset: &Asset| {
            asset.metadata.map_or(Ok(Vec::new()), |sha256| std::fs::read(place::file(folder, &sha256)))
        };
        match self.assets.iter().map(read).collect() {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if crate::folder::is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn is_in(folder: &Path) -> bool {
        folder.join(FILE).is_file()
    }

    pub(super) fn read(folder: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(folder.join(FILE)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if crate::folder::is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// From now on the version is what it says.
    pub(super) fn write(&self, temporary: &Path, folder: &Path) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(temporary)?;
        io::Write::write_all(&mut file, &serde_json::to_vec_pretty(self)?)?;
        file.persist(folder.join(FILE)).map(|_| ()).map_err(|error| error.error)
    }

    /// From now on there is no such version.
    pub(super) fn remove(folder: &Path) -> io::Result<()> {
        match std::fs::remove_file(folder.join(FILE)) {
            Err(error) if !crate::folder::is_absent(&error) => Err(error),
            _ => Ok(()),
        }
    }
}
