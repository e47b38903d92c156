use std::{
    io::{self, Write as _},
    path::Path,
    time::SystemTime,
};

use domain::Sha256;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::incoming::TEMPORARY;

const FILE: &str = "version.json";

/// What `version.json` holds. Its modification time is when the version was published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) status: VersionStatus,
    pub(crate) assets: Vec<Asset>,
}

/// Whether assets can still be added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum VersionStatus {
    #[default]
    Unfinished,
    Published,
}

/// One file of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asset {
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) sha256: Sha256,
}

impl VersionStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unfinished => "Unfinished",
            Self::Published => "Published",
        }
    }
}

impl Version {
    pub(crate) fn asset(&self, name: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.name == name)
    }

    pub(super) fn add(&mut self, asset: Asset) {
        self.assets.push(asset);
        self.assets.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// Opaque to clients: another one whenever the version changed.
    pub(crate) fn revision(&self) -> String {
        let assets: String =
            self.assets.iter().map(|a| format!("{} {} {}\n", a.sha256, a.size, a.name)).collect();
        Sha256::of(format!("{}\n{assets}", self.status.as_str()).as_bytes()).to_string()[..32].to_owned()
    }

    pub(super) fn read(folder: &Path) -> io::Result<Option<(Self, SystemTime)>> {
        let path = folder.join(FILE);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if crate::folder::is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some((serde_json::from_slice(&text)?, path.metadata()?.modified()?)))
    }

    pub(super) fn write(&self, root: &Path, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = NamedTempFile::new_in(root.join(TEMPORARY))?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.persist(folder.join(FILE)).map(|_| ()).map_err(|error| error.error)
    }
}
