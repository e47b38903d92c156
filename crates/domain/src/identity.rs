use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{
    Artifact, Confidence, Finding, PackageName, Severity,
    distribution::{is_python_version, is_same_wheel, normalize, spelled},
};

/// What an installer takes a package for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageKind {
    /// A Python wheel.
    Wheel,
    /// A Python source distribution.
    Sdist,
    /// An npm tarball.
    Npm,
}

/// What a package calls itself, in the metadata within it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Whose metadata it is.
    pub kind: PackageKind,
    /// Its own name as it is spelled there: `PyYAML`, `@scope/name`. Empty where the metadata cannot be read.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// The file name that its installer expects: `PyYAML-6.0.3-cp311-cp311-manylinux_2_17_x86_64.whl`. Empty where the
    /// metadata does not say, or says a version that its installer does not know.
    pub file: String,
}

/// A package's metadata: what it calls itself, and the file that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// What it calls itself.
    pub identity: Identity,
    /// `METADATA`, `PKG-INFO` or `package.json`, as it is in the archive.
    pub text: Bytes,
}

impl PackageKind {
    /// The file in the archive that names the package.
    pub fn manifest(self) -> &'static str {
        match self {
            Self::Wheel => "METADATA",
            Self::Sdist => "PKG-INFO",
            Self::Npm => "package.json",
        }
    }
}

impl Identity {
    /// The name as its registry compares it: PEP 503 for Python, as it is for npm.
    pub fn normalized(&self) -> String {
        match self.kind {
            PackageKind::Wheel | PackageKind::Sdist => normalize(&self.name),
            PackageKind::Npm => self.name.clone(),
        }
    }

    /// Whether a row that asks for `package` means this package. A scope is spelled as `npm pack` names its files:
    /// `@types/node` is `types-node`.
    pub fn is(&self, package: &PackageName) -> bool {
        match self.kind {
            PackageKind::Wheel | PackageKind::Sdist => normalize(package.as_str()) == self.normalized(),
            PackageKind::Npm => {
                self.name
                    .strip_prefix('@')
                    .map_or_else(|| self.name.clone(), |scoped| scoped.replace('/', "-"))
                    == package.as_str()
            }
        }
    }

    /// Whether an installer takes `file` for this package, however its name, version and tags are spelled there.
    pub fn is_file(&self, file: &str) -> bool {
        match self.kind {
            PackageKind::Wheel => is_same_wheel(&self.file, file, &self.name, &self.version),
            PackageKind::Sdist => file
                .strip_suffix(".tar.gz")
                .and_then(|stem| spelled(stem, &self.name, &self.version))
                .is_some_and(|(_, version)| is_python_version(version)),
            PackageKind::Npm => file == self.file,
        }
    }

    /// Whether it names a file that an installer takes.
    pub fn is_installable(&self) -> bool {
        !self.name.is_empty() && !self.version.is_empty() && !self.file.is_empty()
    }
}

impl Artifact {
    /// What an installer would take the artifact for. An archive of a git commit is nobody's: it stays generic.
    pub fn kind(&self) -> Option<PackageKind> {
        match (self.commit.as_ref(), self.extension.as_str()) {
            (None, "whl") => Some(PackageKind::Wheel),
            (None, "tar.gz") => Some(PackageKind::Sdist),
            (None, "tgz") => Some(PackageKind::Npm),
            _ => None,
        }
    }

    /// Which of the identities that were found in the bytes an installer would go by.
    pub fn identity<'a>(&self, found: &'a [Identity]) -> Option<&'a Identity> {
        found.iter().find(|identity| Some(identity.kind) == self.kind())
    }
}

/// The finding that refuses a package whose own metadata names another one than was asked for, or several: whoever
/// installs it by name would get something else than the row says.
pub fn misnamed(package: &PackageName, artifact: &Artifact, found: &[Identity]) -> Option<Finding> {
    let mut own = found.iter().filter(|identity| Some(identity.kind) == artifact.kind());
    let (first, more) = (own.next()?, own.count());
    if first.is(package) && more == 0 {
        return None;
    }
    let manifest = first.kind.manifest();
    let message = match (first.name.as_str(), more) {
        ("", _) => format!(
            "the request names {package}; the package's own {manifest} cannot be read, or readers differ on what it names"
        ),
        (name, 0) => format!("the request names {package}; the package's own {manifest} names {name}"),
        (name, _) => {
            format!("the request names {package}; the package has several {manifest}, the first of {name}")
        }
    };
    Some(Finding {
        rule: "package-other-name".into(),
        title: message.clone(),
        severity: Severity::Critical,
        confidence: Confidence::High,
        path: None,
        line: None,
        end_line: None,
        message,
        recommendation: "Ask for the package under its own name.".into(),
        references: vec!["https://cwe.mitre.org/data/definitions/345.html".into()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, PackageUrl, Sha256, StoreKey};

    fn identity(kind: PackageKind, name: &str) -> Identity {
        Identity { kind, name: name.into(), version: "1".into(), file: "f".into() }
    }

    fn artifact(extension: &str) -> Artifact {
        let sha256 = Sha256::of(b"x");
        Artifact {
            key: StoreKey::artifact(&sha256),
            sha256,
            bytes: 1,
            format: Format::Zip,
            url: PackageUrl::parse("x.whl").unwrap(),
            commit: None,
            version: "1".into(),
            extension: extension.into(),
        }
    }

    fn refused(package: &str, extension: &str, found: &[Identity]) -> Option<String> {
        let package = PackageName::parse(package).unwrap();
        misnamed(&package, &artifact(extension), found).map(|finding| finding.title)
    }

    #[test]
    fn a_name_is_compared_as_its_registry_does() {
        use PackageKind::*;
        for (package, extension, own) in [
            ("pyyaml", "whl", identity(Wheel, "PyYAML")),
            ("ruamel.yaml", "tar.gz", identity(Sdist, "ruamel_yaml")),
            ("a-b", "whl", identity(Wheel, "A__.b")),
            ("left-pad", "tgz", identity(Npm, "left-pad")),
            ("types-node", "tgz", identity(Npm, "@types/node")),
        ] {
            assert_eq!(refused(package, extension, &[own]), None, "{package}");
        }
    }

    #[test]
    fn another_name_is_refused_and_both_are_told() {
        use PackageKind::*;
        let told = refused("requests", "whl", &[identity(Wheel, "reqeusts")]).unwrap();
        assert_eq!(told, "the request names requests; the package's own METADATA names reqeusts");
        for (package, extension, own) in [
            ("left-pad", "tgz", identity(Npm, "left_pad")),
            ("node", "tgz", identity(Npm, "@types/node")),
            ("requests", "tar.gz", identity(Sdist, "")),
        ] {
            assert!(refused(package, extension, &[own]).is_some(), "{package}");
        }
        let twice = [identity(Wheel, "requests"), identity(Wheel, "requests")];
        assert!(refused("requests", "whl", &twice).is_some());
    }

    #[test]
    fn only_the_metadata_that_an_installer_reads_counts() {
        let found = [identity(PackageKind::Npm, "other"), identity(PackageKind::Sdist, "mine")];
        assert_eq!(refused("mine", "tar.gz", &found), None);
        assert!(refused("mine", "tgz", &found).is_some());
        assert_eq!(refused("mine", "zip", &found), None);
        let git = Artifact { commit: crate::CommitId::parse(&"a".repeat(40)).ok(), ..artifact("tgz") };
        assert_eq!(misnamed(&PackageName::parse("mine").unwrap(), &git, &found), None);
    }
}
