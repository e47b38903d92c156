use serde::{Deserialize, Serialize};

use crate::{CommitId, PackageUrl, Sha256, StoreKey};

/// The bytes of one package, in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// `artifacts/<sha256>`.
    pub key: StoreKey,
    /// The digest of the bytes: their identity from here to the publication.
    pub sha256: Sha256,
    /// Their length.
    pub bytes: u64,
    /// What they are, by their first bytes.
    pub format: Format,
    /// Where they came from.
    pub url: PackageUrl,
    /// The commit in a git archive's end comment.
    pub commit: Option<CommitId>,
    /// The immutable version to publish as: the registry's, else the commit's or digest's first 12 digits.
    pub version: String,
    /// The file's extension: `zip`, `whl`, `tar.gz`, `tgz`, `crate`.
    pub extension: String,
}

/// What an archive is, told by its magic number and never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A zip file, a wheel among them.
    Zip,
    /// A gzip-compressed tar file: sdist, npm tarball, crate.
    TarGz,
}

impl Format {
    /// Tells the format by the first four bytes; anything else is no archive.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            [0x1f, 0x8b, 8, ..] => Some(Self::TarGz),
            _ => None,
        }
    }

    /// The extension of a file whose name tells none.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::TarGz => "tar.gz",
        }
    }
}
