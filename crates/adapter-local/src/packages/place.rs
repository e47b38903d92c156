use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use domain::{Identity, PackageKind, Sha256, normalize};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::version::Version;

/// What a file name shows as it is; upper case is encoded, because some file systems do not tell it from lower case.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'-').remove(b'+');

/// The folder within a version's that holds its files.
const FILES: &str = "assets";

/// The longest file name that every common file system takes, in bytes.
const LONGEST_NAME: usize = 255;

/// What a version without a namespace has in place of one: no name is encoded so.
const NO_NAMESPACE: &str = "=";

/// The formats that are kept here, in the service's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PackageFormat {
    /// Files under a name, for no installer.
    Generic,
    /// For `npm`; the namespace is the scope without its `@`.
    Npm,
    /// For `pip`; the name is normalised (PEP 503).
    Pypi,
}

/// A package of one format.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PackageId {
    pub(crate) format: PackageFormat,
    /// Empty where there is none.
    pub(crate) namespace: String,
    pub(crate) package: String,
}

/// A version of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionId {
    pub(crate) package: PackageId,
    pub(crate) version: String,
}

impl PackageFormat {
    pub(crate) const ALL: [Self; 3] = [Self::Generic, Self::Npm, Self::Pypi];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::Npm => "npm",
            Self::Pypi => "pypi",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }

    /// Whether a published version may be given further files: a release on PyPI gets its wheels one by one.
    pub(super) fn grows(self) -> bool {
        self == Self::Pypi
    }
}

impl PackageId {
    pub(crate) fn generic(namespace: &str, package: &str) -> Self {
        Self { format: PackageFormat::Generic, namespace: namespace.to_owned(), package: package.to_owned() }
    }

    pub(crate) fn pypi(name: &str) -> Self {
        Self { format: PackageFormat::Pypi, namespace: String::new(), package: normalize(name) }
    }

    /// `name` or `@scope/name`.
    pub(crate) fn npm(name: &str) -> Self {
        let scoped = name.strip_prefix('@').and_then(|scoped| scoped.split_once('/'));
        let (namespace, package) = scoped.unwrap_or(("", name));
        Self { format: PackageFormat::Npm, namespace: namespace.to_owned(), package: package.to_owned() }
    }

    /// What its own installer knows it as.
    pub(crate) fn of(identity: &Identity) -> Self {
        match identity.kind {
            PackageKind::Wheel | PackageKind::Sdist => Self::pypi(&identity.name),
            PackageKind::Npm => Self::npm(&identity.name),
        }
    }

    pub(crate) fn version(&self, version: &str) -> VersionId {
        VersionId { package: self.clone(), version: version.to_owned() }
    }

    /// `None` where a name is too long for a file: nothing is there, and nothing comes there.
    pub(super) fn folder(&self, root: &Path) -> Option<PathBuf> {
        let namespace = match self.namespace.as_str() {
            "" => NO_NAMESPACE.to_owned(),
            namespace => component(namespace)?,
        };
        Some(root.join(self.format.as_str()).join(namespace).join(component(&self.package)?))
    }
}

impl VersionId {
    /// As [`PackageId::folder`].
    pub(super) fn folder(&self, root: &Path) -> Option<PathBuf> {
        Some(self.package.folder(root)?.join(component(&self.version)?))
    }

    /// Why it cannot be kept; `None` where it can.
    pub(super) fn refusal(&self) -> Option<String> {
        let too_long = || format!("{self}: a name or version is too long for a file of the local repository");
        self.folder(Path::new("")).is_none().then(too_long)
    }
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, namespace, package } = self;
        match (format, namespace.as_str()) {
            (_, "") => f.write_str(package),
            (PackageFormat::Npm, scope) => write!(f, "@{scope}/{package}"),
            (_, namespace) => write!(f, "{namespace}/{package}"),
        }
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.package, self.version)
    }
}

/// Where the bytes of a version's file are: under their own digest, so that a name can be given to other bytes at once.
pub(super) fn file(folder: &Path, sha256: &Sha256) -> PathBuf {
    folder.join(FILES).join(sha256.to_string())
}

/// Removes those of a version's files that `unwanted` says.
pub(super) fn remove_files(folder: &Path, unwanted: impl Fn(&Sha256) -> bool) -> io::Result<()> {
    let files = folder.join(FILES);
    let mut kept = 0;
    for name in names(&files)? {
        if Sha256::parse(&name).is_ok_and(|sha256| unwanted(&sha256)) {
            std::fs::remove_file(files.join(name))?;
        } else {
            kept += 1;
        }
    }
    if kept == 0 && files.is_dir() { std::fs::remove_dir(files) } else { Ok(()) }
}

fn component(name: &str) -> Option<String> {
    Some(encode(name)).filter(|encoded| (1..=LONGEST_NAME).contains(&encoded.len()))
}

/// A name as one file name: no separator, not hidden, and never `.` or `..`.
pub(super) fn encode(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for (at, c) in name.char_indices() {
        let hides = at == 0 && c == '.';
        if hides || c.is_ascii_uppercase() {
            encoded.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            encoded.extend(utf8_percent_encode(c.encode_utf8(&mut [0; 4]), PLAIN));
        }
    }
    encoded
}

/// The names in a folder, in order; `.lock`, `.tmp` and what nobody here wrote are none.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if crate::folder::is_absent(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let Ok(encoded) = entry?.file_name().into_string() else { continue };
        if let Ok(name) = percent_decode_str(&encoded).decode_utf8()
            && !name.is_empty()
            && encode(&name) == encoded
        {
            names.push(name.into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Every package of a format that has a version, in order.
pub(super) fn packages(root: &Path, format: PackageFormat) -> io::Result<Vec<PackageId>> {
    let folder = root.join(format.as_str());
    let mut namespaces = names(&folder)?;
    if folder.join(NO_NAMESPACE).is_dir() {
        namespaces.insert(0, String::new());
    }
    let mut packages = Vec::new();
    for namespace in namespaces {
        let encoded = if namespace.is_empty() { NO_NAMESPACE.to_owned() } else { encode(&namespace) };
        for package in names(&folder.join(&encoded))? {
            let versions = folder.join(&encoded).join(encode(&package));
            if names(&versions)?.iter().any(|version| Version::is_in(&versions.join(encode(version)))) {
                packages.push(PackageId { format, namespace: namespace.clone(), package });
            }
        }
    }
    Ok(packages)
}

/// Every version of a package, in order of their names.
pub(super) fn versions(root: &Path, id: &PackageId) -> io::Result<Vec<(String, Version)>> {
    let Some(folder) = id.folder(root) else { return Ok(Vec::new()) };
    let mut versions = Vec::new();
    for name in names(&folder)? {
        if let Some(version) = Version::read(&folder.join(encode(&name)))? {
            versions.push((name, version));
        }
    }
    Ok(versions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_own_file_name() {
        let names = ["a", "A", ".", "..", ".tmp", "a/b", "a%2Fb", "1!2.0", "1.0+local", "é", "a\\b", "x y"];
        let encoded: Vec<String> = names.iter().map(|name| encode(name)).collect();
        for (name, encoded) in names.iter().zip(&encoded) {
            assert_eq!(percent_decode_str(encoded).decode_utf8().unwrap(), *name);
            assert!(!encoded.starts_with('.') && !encoded.contains(['/', '\\']), "{encoded}");
        }
        let mut folded: Vec<String> = encoded.iter().map(|name| name.to_lowercase()).collect();
        folded.sort();
        folded.dedup();
        assert_eq!(folded.len(), names.len(), "no two are one file where case does not count");
        assert!(component(&"é".repeat(100)).is_none());
    }
}
