use std::{fs::File, io};

use domain::{Artifact, CommitId, Format, PackageUrl, Sha256, Store, StoreKey};
use tempfile::NamedTempFile;

use crate::{
    commit,
    failure::{FetchError, Result},
    registry::{Expected, Published},
    spool::{self, Spooled},
};

/// CodeArtifact's limit for a version, in characters.
const LONGEST_VERSION: usize = 255;

/// A package's bytes in a temporary file, checked against what was published of them.
#[derive(Debug)]
pub struct Fetched {
    artifact: Artifact,
    file: NamedTempFile,
}

impl Fetched {
    /// The artifact that the bytes are, or will be, in the store.
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// The bytes, from the first. The file loses its name here, and is gone once it is dropped.
    pub fn into_file(self) -> File {
        self.file.into_file()
    }

    /// Writes the bytes to the store, under their digest.
    ///
    /// # Errors
    /// The store's.
    pub async fn store(self, store: &impl Store) -> domain::Result<Artifact> {
        let Self { artifact, file } = self;
        let reopened = file.reopen().map_err(unreadable)?;
        store.put_file_if_absent(&artifact.key, file.path(), spool::body(reopened, artifact.bytes)).await?;
        Ok(artifact)
    }

    /// Checks bytes that have come in against what is known of them.
    pub(crate) async fn check(url: &PackageUrl, expected: Expected, spooled: Spooled) -> Result<Self> {
        let Some(format) = spooled.format else { return Err(not_an_archive(&url.to_string())) };
        check_published(url, &expected, &spooled)?;
        let Spooled { file, bytes, sha256, .. } = spooled;
        let (file, commit) = commit_of(file, format).await?;
        if let Some(asked) = &expected.commit
            && commit.as_ref() != Some(asked)
        {
            let found = commit.as_ref().map_or("none", CommitId::as_str);
            return Err(FetchError::broken(format!(
                "{url} should hold commit {asked}, but its archive names {found}"
            )));
        }
        let version = version(expected.version.as_deref(), commit.as_ref(), &sha256);
        let extension = extension(&expected.file_name, format).to_owned();
        let key = StoreKey::artifact(&sha256);
        let artifact = Artifact { key, sha256, bytes, format, url: url.clone(), commit, version, extension };
        Ok(Self { artifact, file })
    }
}

pub(crate) fn not_an_archive(what: &str) -> FetchError {
    FetchError::broken(format!("{what} is not an archive: its first bytes are neither a zip's nor a gzip's"))
}

fn check_published(url: &PackageUrl, expected: &Expected, spooled: &Spooled) -> Result<()> {
    let matches = match expected.published {
        None => true,
        Some(Published::Sha256(sha256)) => spooled.sha256 == sha256,
        Some(Published::Sha512(sha512)) => spooled.sha512 == Some(sha512),
    };
    if matches {
        return Ok(());
    }
    Err(FetchError::broken(format!(
        "the bytes of {url} do not have the digest that the registry publishes: they were changed on the way, or the \
         registry is wrong"
    )))
}

async fn commit_of(file: NamedTempFile, format: Format) -> Result<(NamedTempFile, Option<CommitId>)> {
    let read = tokio::task::spawn_blocking(move || {
        let commit = commit::claimed(&file, format)?;
        io::Result::Ok((file, commit))
    });
    read.await.map_err(io::Error::other).and_then(|read| read).map_err(unreadable)
}

fn unreadable(error: io::Error) -> FetchError {
    FetchError::later("cannot read the temporary file").because(error)
}

/// What the artifact is published as: in CodeArtifact's alphabet (`[^#/\s]+`), the same for the same bytes.
fn version(asked: Option<&str>, commit: Option<&CommitId>, sha256: &Sha256) -> String {
    match (asked, commit) {
        (Some(asked), _) => {
            let allowed = |c: char| !matches!(c, '#' | '/') && !c.is_whitespace() && !c.is_control();
            asked.chars().map(|c| if allowed(c) { c } else { '-' }).take(LONGEST_VERSION).collect()
        }
        (None, Some(commit)) => commit.as_str().chars().take(12).collect(),
        (None, None) => sha256.short(),
    }
}

/// The extension that installers expect, if the name's agrees with what the bytes are.
fn extension(file_name: &str, format: Format) -> &'static str {
    const KNOWN: [(&str, Format); 5] = [
        ("tar.gz", Format::TarGz),
        ("tgz", Format::TarGz),
        ("crate", Format::TarGz),
        ("zip", Format::Zip),
        ("whl", Format::Zip),
    ];
    let lower = file_name.to_ascii_lowercase();
    let ends_with = |extension: &str| lower.strip_suffix(extension).is_some_and(|stem| stem.ends_with('.'));
    let known = KNOWN.iter().find(|(extension, family)| *family == format && ends_with(extension));
    known.map_or(format.extension(), |(extension, _)| extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_agrees_with_the_bytes() {
        for (name, format, expected) in [
            ("x-1.0-py3-none-any.whl", Format::Zip, "whl"),
            ("x.ZIP", Format::Zip, "zip"),
            ("x-1.0.tar.gz", Format::TarGz, "tar.gz"),
            ("x.tgz", Format::TarGz, "tgz"),
            ("x.crate", Format::TarGz, "crate"),
            ("x.whl", Format::TarGz, "tar.gz"),
            ("x.tgz", Format::Zip, "zip"),
            ("zip", Format::TarGz, "tar.gz"),
            ("xtgz", Format::TarGz, "tar.gz"),
            ("", Format::Zip, "zip"),
            ("x.exe", Format::Zip, "zip"),
        ] {
            assert_eq!(extension(name, format), expected, "{name}");
        }
    }

    #[test]
    fn the_version_is_the_registrys_else_the_commits_else_the_digests() {
        let sha256 = Sha256::of(b"x");
        let commit = CommitId::parse("0123456789abcdef0123456789abcdef01234567").unwrap();
        assert_eq!(version(Some("1.0"), Some(&commit), &sha256), "1.0");
        assert_eq!(version(None, Some(&commit), &sha256), "0123456789ab");
        assert_eq!(version(None, None, &sha256), sha256.short());
        assert_eq!(version(Some("1#/ \n2"), None, &sha256), "1----2");
        assert_eq!(version(Some(&"1".repeat(300)), None, &sha256).len(), 255);
    }
}
