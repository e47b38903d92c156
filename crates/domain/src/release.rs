use bytes::Bytes;

use crate::{Artifact, CommitId, Decision, Identity, Manifest, PackageName, PackageUrl, Sha256, StoreKey};

/// An approved artifact under the name and version it is published as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    package: PackageName,
    version: String,
    asset: String,
    sha256: Sha256,
    bytes: u64,
    url: PackageUrl,
    commit: Option<CommitId>,
    record: Option<StoreKey>,
    manifest: Option<Manifest>,
    evidence: Vec<Evidence>,
}

/// What an approval rests on, published beside the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    name: String,
    sha256: Sha256,
    bytes: Bytes,
}

impl Evidence {
    /// Its name carries its digest, so that a later decision on the same bytes finds its place free:
    /// `decision-<12 hex>.json`.
    pub fn new(stem: &str, extension: &str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let sha256 = Sha256::of(&bytes);
        Self { name: format!("{stem}-{}.{extension}", sha256.short()), sha256, bytes }
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its digest.
    pub fn sha256(&self) -> &Sha256 {
        &self.sha256
    }

    /// Its content.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl Release {
    /// Only what was approved can be released: the decision must name the artifact's own digest.
    pub fn of(package: &PackageName, artifact: &Artifact, decision: &Decision) -> Option<Self> {
        let approved = *decision.approved_sha256()? == artifact.sha256;
        approved.then(|| Self {
            package: package.clone(),
            version: artifact.version.clone(),
            asset: format!("{package}.{}", artifact.extension),
            sha256: artifact.sha256,
            bytes: artifact.bytes,
            url: artifact.url.clone(),
            commit: artifact.commit.clone(),
            record: decision.record().cloned(),
            manifest: None,
            evidence: Vec::new(),
        })
    }

    /// The same release, for its own installer too. Metadata that names another package has no place in it.
    pub fn with_manifest(self, manifest: Manifest) -> Option<Self> {
        let fits = manifest.identity.is(&self.package) && manifest.identity.is_installable();
        fits.then(|| Self { manifest: Some(manifest), ..self })
    }

    /// The same release, with what its approval rests on.
    #[must_use]
    pub fn with_evidence(self, evidence: Vec<Evidence>) -> Self {
        Self { evidence, ..self }
    }

    /// The package; its namespace too.
    pub fn package(&self) -> &PackageName {
        &self.package
    }

    /// The immutable version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The file's name: `<package>.<extension>`.
    pub fn asset(&self) -> &str {
        &self.asset
    }

    /// The digest of the approved bytes.
    pub fn sha256(&self) -> &Sha256 {
        &self.sha256
    }

    /// Their length.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where they came from.
    pub fn url(&self) -> &PackageUrl {
        &self.url
    }

    /// The commit they are an archive of.
    pub fn commit(&self) -> Option<&CommitId> {
        self.commit.as_ref()
    }

    /// The record of the decision.
    pub fn record(&self) -> Option<&StoreKey> {
        self.record.as_ref()
    }

    /// What `pip` or `npm` needs to install it by name; `None` for what neither would take.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// What the approval rests on.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }
}

/// A version that was approved, to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    /// The package.
    pub package: PackageName,
    /// The version it was published as.
    pub version: String,
    /// What `pip` or `npm` knows it as.
    pub identity: Option<Identity>,
}

/// What a revocation left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The version that `Latest` serves now; `None` where no approved version is left.
    pub latest: Option<String>,
}
