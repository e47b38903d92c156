use std::fmt;

use aws_sdk_codeartifact::types::PackageFormat;
use domain::{Approved, Identity, PackageKind, PackageName, Release};

/// A version of a package of one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VersionId {
    pub(super) format: PackageFormat,
    pub(super) namespace: Option<String>,
    pub(super) package: String,
    pub(super) version: String,
}

impl VersionId {
    pub(super) fn generic(package: &PackageName, version: &str) -> Self {
        let package = package.as_str().to_owned();
        let namespace = Some(package.clone());
        Self { format: PackageFormat::Generic, namespace, package, version: version.to_owned() }
    }

    pub(super) fn of(release: &Release) -> Self {
        Self::generic(release.package(), release.version())
    }

    pub(super) fn approved(approved: &Approved) -> Self {
        Self::generic(&approved.package, &approved.version)
    }

    /// As `pip` or `npm` knows it: a scope is a namespace, without its `@`.
    pub(super) fn native(identity: &Identity) -> Self {
        let name = identity.normalized();
        let (format, namespace, package) = match identity.kind {
            PackageKind::Wheel | PackageKind::Sdist => (PackageFormat::Pypi, None, name),
            PackageKind::Npm => match name.strip_prefix('@').and_then(|scoped| scoped.split_once('/')) {
                Some((scope, name)) => (PackageFormat::Npm, Some(scope.to_owned()), name.to_owned()),
                None => (PackageFormat::Npm, None, name),
            },
        };
        Self { format, namespace, package, version: identity.version.clone() }
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, namespace, package, version } = self;
        match (format, namespace) {
            (PackageFormat::Generic, _) => write!(f, "{package} {version}"),
            (_, Some(scope)) => write!(f, "the {format} package @{scope}/{package} {version}"),
            (_, None) => write!(f, "the {format} package {package} {version}"),
        }
    }
}
