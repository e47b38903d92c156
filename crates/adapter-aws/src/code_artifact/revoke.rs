//! Takes versions back.

use aws_sdk_codeartifact::types::PackageVersionStatus as Status;
use domain::{Approved, Manifest, Result, Withdrawal};

use super::{CodeArtifact, latest::Source, version::VersionId};

impl CodeArtifact {
    /// Every place is tried, whatever becomes of the others.
    pub(super) async fn take_back(&self, approved: &Approved) -> Result<Withdrawal> {
        let generic = self.archive(&VersionId::approved(approved)).await;
        let native = match &approved.identity {
            Some(identity) if identity.is_installable() => self.archive(&VersionId::native(identity)).await,
            _ => Ok(()),
        };
        let latest = self.mend_latest(&approved.package, Source::Repository).await;
        generic.and(native)?;
        Ok(Withdrawal { latest: latest? })
    }

    /// A version that was taken back while it was published natively is taken back there too.
    pub(super) async fn refuse_withdrawn(&self, version: &VersionId, manifest: &Manifest) -> Result<()> {
        let status = self.describe(version).await?.map(|described| described.status);
        if status == Some(Status::Published) {
            return Ok(());
        }
        self.archive(&VersionId::native(&manifest.identity)).await?;
        Err(self.withdrawn(version, &status.unwrap_or(Status::Deleted)))
    }
}
