//! Takes versions back: what was revoked, and what turned out to be no whole version.

use aws_sdk_codeartifact::types::PackageVersionStatus as Status;
use domain::{Approved, Error, Manifest, PackageName, Release, Result, Withdrawal};

use super::{
    CodeArtifact, LATEST, change::Change, generic::LOOKS, held::HeldAsset, latest::Source, version::VersionId,
};

impl CodeArtifact {
    /// Every place is tried, whatever becomes of the others; and `Latest` is taken away before anything can fail that puts
    /// another version in its place.
    pub(super) async fn take_back(&self, approved: &Approved) -> Result<Withdrawal> {
        let version = VersionId::approved(approved);
        let generic = self.archive(&version).await;
        let native = match &approved.identity {
            Some(identity) if identity.is_installable() => self.archive(&VersionId::native(identity)).await,
            _ => Ok(()),
        };
        let latest = self.stop_serving(&approved.package, &version).await;
        // As long as the version can be got, it would be put back.
        generic?;
        let mended = self.mend_latest(&approved.package, Source::Repository).await;
        native.and(latest)?;
        Ok(Withdrawal { latest: mended? })
    }

    /// A version that was taken back while it was published natively is taken back there too.
    pub(super) async fn refuse_withdrawn(&self, version: &VersionId, manifest: &Manifest) -> Result<()> {
        let status = self.describe(version).await?.map(|described| described.status);
        if status == Some(Status::Published) {
            return Ok(());
        }
        let native = self.archive(&VersionId::native(&manifest.identity)).await;
        self.archive(version).await.and(native)?;
        Err(self.withdrawn(version, &status.unwrap_or(Status::Deleted)))
    }

    /// Why a release cannot be published, once nothing of it is left to be got. What is whole for its installer stays.
    pub(super) async fn refused(
        &self,
        version: &VersionId,
        release: &Release,
        manifest: &Manifest,
        error: Error,
    ) -> Error {
        let Err(undone) = self.undo(version, release, manifest).await else { return error };
        let told =
            format!("{}; what is there of it could not be taken back: {}", error.chain(), undone.chain());
        match undone {
            Error::Transient { .. } => Error::transient(told),
            Error::Rejected { .. } => Error::rejected(told),
        }
    }

    /// Deletes, and does not archive: what stood in the way may end, and the version can be published then.
    async fn undo(&self, version: &VersionId, release: &Release, manifest: &Manifest) -> Result<()> {
        let native = VersionId::native(&manifest.identity);
        // Where the service does not even say what is there, nothing is taken from anybody.
        self.look(&native).await?;
        match self.holds(&native, release, manifest).await {
            Ok(true) => return Ok(()),
            Err(error @ Error::Transient { .. }) => return Err(error),
            Ok(false) | Err(Error::Rejected { .. }) => {}
        }
        let is_ours = |asset: &HeldAsset| asset.sha256 == *release.sha256();
        match self.look(version).await? {
            Some(held) if held.status == Status::Published && held.assets.iter().any(is_ours) => {}
            _ => return Ok(()),
        }
        self.delete(version, &Status::Published).await?;
        self.delete_latest(release.package(), is_ours).await?;
        self.mend_latest(release.package(), Source::Repository).await.map(drop)
    }

    /// Where nobody can say what is in the version, `Latest` may be it.
    async fn stop_serving(&self, package: &PackageName, version: &VersionId) -> Result<()> {
        match self.contents(version).await {
            Ok(None) => Ok(()),
            Ok(Some(held)) if !held.assets.is_empty() => {
                let is_withdrawn = |asset: &HeldAsset| held.assets.iter().any(|it| it.sha256 == asset.sha256);
                self.delete_latest(package, is_withdrawn).await
            }
            Ok(Some(_)) | Err(_) => self.delete_latest(package, |_| true).await,
        }
    }

    /// Where `Latest` is, or is becoming, one of these.
    async fn delete_latest(
        &self,
        package: &PackageName,
        is_withdrawn: impl Fn(&HeldAsset) -> bool,
    ) -> Result<()> {
        let latest = VersionId::generic(package, LATEST);
        for _ in 0..LOOKS {
            match self.look(&latest).await? {
                Some(held) if held.assets.iter().any(&is_withdrawn) => {
                    if self.delete(&latest, &held.status).await? == Change::Done {
                        return Ok(());
                    }
                }
                _ => return Ok(()),
            }
        }
        Err(Error::transient(format!("{}: others kept changing it meanwhile", self.call("delete", &latest))))
    }
}
