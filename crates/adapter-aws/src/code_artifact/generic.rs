//! The generic version: artifact and evidence, shown at once.

use std::path::Path;

use aws_sdk_codeartifact::types::PackageVersionStatus as Status;
use domain::{Error, Evidence, Release, Result};

use super::{
    CodeArtifact,
    change::Change,
    held::{Held, HeldAsset},
    sending::{NewAsset, Sent},
    version::VersionId,
};

/// How often a version is looked at, while others change it.
pub(super) const LOOKS: usize = 8;

/// A file that belongs into the version.
#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Artifact,
    Evidence(&'a Evidence),
}

impl CodeArtifact {
    /// Looks, takes the next step, and looks again, until the version is published with the artifact in it. All parts go
    /// into the version while it is unfinished; it is published only as it was when they were seen in it.
    pub(super) async fn publish_generic(
        &self,
        version: &VersionId,
        release: &Release,
        file: &Path,
    ) -> Result<()> {
        let mut refused = None;
        for _ in 0..LOOKS {
            let held = self.look(version).await?;
            match held.as_ref().map(|held| (held, &held.status)) {
                Some((held, Status::Published)) => return self.compare(version, release, held),
                None | Some((_, Status::Unfinished)) => {}
                Some((_, status)) => return Err(self.withdrawn(version, status)),
            }
            let missing = self.missing(version, release, held.as_ref())?;
            match held {
                Some(held) if missing.is_empty() => {
                    if self.finish(version, &held).await? == Change::Done {
                        return Ok(());
                    }
                }
                _ => {
                    if let Sent::Refused(error) = self.send_parts(version, release, file, missing).await? {
                        // One that the look after the first did not explain comes again.
                        if refused.replace(()).is_some() {
                            return Err(error);
                        }
                    }
                }
            }
        }
        let call = self.call("publish", version);
        Err(Error::transient(format!("{call}: others kept changing the version meanwhile")))
    }

    /// The version's status, where it is neither published nor on its way to be.
    pub(super) fn withdrawn(&self, version: &VersionId, status: &Status) -> Error {
        let call = self.call("publish", version);
        Error::rejected(format!(
            "{call}: the version is there as {status}, not Published: it was withdrawn, and is not brought back"
        ))
    }

    /// A published version never changes: the same artifact in it is a success.
    fn compare(&self, version: &VersionId, release: &Release, held: &Held) -> Result<()> {
        let approved = release.sha256();
        let there = match held.asset(release.asset()) {
            Some(there) if there.sha256 == *approved => return Ok(()),
            Some(there) => format!("there is {}", there.sha256),
            None => {
                let names: Vec<&str> = held.assets.iter().map(|asset| asset.name.as_str()).collect();
                format!("there is no {}, but {names:?}", release.asset())
            }
        };
        let call = self.call("publish", version);
        Err(Error::rejected(format!(
            "{call}: the version holds other bytes already: {there}, approved was {approved}; a version never changes"
        )))
    }

    /// What an unfinished version still lacks. Bytes in it that are not this release's, nor the evidence of another
    /// decision on it, were left by somebody else: they must not be published with it.
    fn missing<'a>(
        &self,
        version: &VersionId,
        release: &'a Release,
        held: Option<&Held>,
    ) -> Result<Vec<Part<'a>>> {
        let held = held.map_or(&[][..], |held| &held.assets);
        if let Some(foreign) = held.iter().find(|asset| !belongs(asset, release)) {
            let (call, name) = (self.call("publish", version), &foreign.name);
            return Err(Error::rejected(format!(
                "{call}: the version, which is unfinished, holds other bytes already: {name} is {}, approved was {}; \
                 delete the version to publish it",
                foreign.sha256,
                release.sha256()
            )));
        }
        let parts = [Part::Artifact].into_iter().chain(release.evidence().iter().map(Part::Evidence));
        let is_missing = |part: &Part<'_>| {
            let name = match part {
                Part::Artifact => release.asset(),
                Part::Evidence(evidence) => evidence.name(),
            };
            !held.iter().any(|asset| asset.name == name)
        };
        Ok(parts.filter(is_missing).collect())
    }

    async fn send_parts(
        &self,
        version: &VersionId,
        release: &Release,
        file: &Path,
        parts: Vec<Part<'_>>,
    ) -> Result<Sent> {
        for part in parts {
            let asset = match part {
                Part::Artifact => NewAsset::artifact(release, file),
                Part::Evidence(evidence) => NewAsset::evidence(evidence),
            };
            if let refused @ Sent::Refused(_) = self.send(version, asset).await? {
                return Ok(refused);
            }
        }
        Ok(Sent::Stored)
    }
}

/// Whether the asset is the release's artifact, or evidence: its name is then told by its digest.
fn belongs(asset: &HeldAsset, release: &Release) -> bool {
    if asset.name == release.asset() {
        return asset.sha256 == *release.sha256();
    }
    release.evidence().iter().any(|evidence| {
        evidence.name().replace(&evidence.sha256().short(), &asset.sha256.short()) == asset.name
    })
}
