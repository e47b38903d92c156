use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use domain::{Error, Result};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a file name shows as it is; upper case is encoded, because some file systems do not tell it from lower case.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'-').remove(b'+');

/// The longest file name that every common file system takes, in bytes.
const LONGEST_NAME: usize = 255;

/// A package of the generic format.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PackageId {
    pub(crate) namespace: String,
    pub(crate) package: String,
}

/// A version of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionId {
    pub(crate) package: PackageId,
    pub(crate) version: String,
}

impl PackageId {
    pub(crate) fn folder(&self, root: &Path) -> Result<PathBuf> {
        Ok(root.join(component(&self.namespace)?).join(component(&self.package)?))
    }
}

impl VersionId {
    pub(crate) fn new(namespace: &str, package: &str, version: &str) -> Self {
        let package = PackageId { namespace: namespace.to_owned(), package: package.to_owned() };
        Self { package, version: version.to_owned() }
    }

    pub(crate) fn folder(&self, root: &Path) -> Result<PathBuf> {
        Ok(self.package.folder(root)?.join(component(&self.version)?))
    }
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.package)
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.package, self.version)
    }
}

/// Where a version's asset is.
pub(super) fn asset(folder: &Path, name: &str) -> Result<PathBuf> {
    Ok(folder.join("assets").join(component(name)?))
}

fn component(name: &str) -> Result<String> {
    let encoded = encode(name);
    if (1..=LONGEST_NAME).contains(&encoded.len()) {
        Ok(encoded)
    } else {
        Err(Error::rejected("the name is empty, or too long for a file of the local repository"))
    }
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
            && encode(&name) == encoded
        {
            names.push(name.into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Every package below the root, in order.
pub(super) fn packages(root: &Path) -> io::Result<Vec<PackageId>> {
    let mut packages = Vec::new();
    for namespace in names(root)? {
        for package in names(&root.join(encode(&namespace)))? {
            packages.push(PackageId { namespace: namespace.clone(), package });
        }
    }
    Ok(packages)
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
        assert!(component(&"é".repeat(100)).is_err());
    }
}
