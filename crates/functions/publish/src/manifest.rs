//! What `pip` or `npm` needs to install a package by name, read from the bytes that are published.

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use archive::{Limits, Manifests};
use domain::{Artifact, Error, Manifest, Release, Result};

/// The release with its manifest, where an installer would take the artifact. Metadata that names another package is an
/// error: `evaluate` has refused it.
pub(crate) async fn add(release: Release, artifact: &Artifact, file: &Path) -> Result<Release> {
    let Some(kind) = artifact.kind() else { return Ok(release) };
    let found = read(file.to_owned()).await?;
    let mut own = found.into_iter().filter(|manifest| manifest.identity.kind == kind);
    match (own.next(), own.next()) {
        (None, _) => Ok(release),
        (Some(own), None) if own.identity.is(release.package()) && !own.identity.is_installable() => {
            Ok(release)
        }
        (Some(own), None) => {
            let package = release.package().clone();
            let error = format!("{package} is not published: its own metadata names {:?}", own.identity.name);
            release.with_manifest(own).ok_or_else(|| Error::rejected(error))
        }
        (Some(_), Some(_)) => {
            let package = release.package();
            Err(Error::rejected(format!("{package} is not published: it has several {}", kind.manifest())))
        }
    }
}

/// Inflating a package is work for a processor: it must not hold up the thread that serves everything else.
async fn read(file: PathBuf) -> Result<Vec<Manifest>> {
    let read = tokio::task::spawn_blocking(move || {
        let bytes = File::open(&file)
            .map_err(|e| Error::transient(format!("cannot open {}", file.display())).because(e))?;
        let mut manifests = Manifests::default();
        archive::read(BufReader::new(bytes), &Limits::default(), |entry, content| {
            manifests.visit(entry, content);
        })
        .map_err(|e| Error::rejected("cannot read the approved archive").because(e))?;
        Ok(manifests.finish())
    });
    read.await.map_err(|e| Error::rejected("reading the approved archive broke off").because(e))?
}
