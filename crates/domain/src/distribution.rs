//! The file names of Python's distributions: `<name>-<version>` and, for a wheel, its tags (PEP 427, PEP 625).

use std::{collections::BTreeSet, str::FromStr as _};

use pep440_rs::Version;

/// A Python package's name as indexes compare it (PEP 503).
pub fn normalize(name: &str) -> String {
    let mut normalized = String::with_capacity(name.len());
    for part in name.split(['-', '_', '.']).filter(|part| !part.is_empty()) {
        if !normalized.is_empty() {
            normalized.push('-');
        }
        normalized.push_str(&part.to_ascii_lowercase());
    }
    normalized
}

/// Whether Python's metadata may have the name (PEP 508).
pub fn is_python_name(name: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let outer = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    name.bytes().all(inner) && outer(name.as_bytes().first()) && outer(name.as_bytes().last())
}

/// Whether pip knows the version. One that PEP 440 does not know, as `2004d`, it no longer installs.
pub fn is_python_version(version: &str) -> bool {
    Version::from_str(version).is_ok()
}

/// How `stem` spells `<name>-<version>`, where it does: in its own spelling, which need not be the metadata's.
pub fn spelled<'a>(stem: &'a str, name: &str, version: &str) -> Option<(&'a str, &'a str)> {
    let splits = stem.match_indices('-').map(|(at, _)| (&stem[..at], &stem[at + 1..]));
    let mut fitting = splits.filter(|(own, spelled)| {
        is_python_name(own) && normalize(own) == normalize(name) && same_version(spelled, version)
    });
    fitting.next()
}

/// Whether a part of a file name is this version. There, `-` may be written as `_`.
fn same_version(spelled: &str, version: &str) -> bool {
    if !spelled.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-+!".contains(&b)) {
        return false;
    }
    let dashed = spelled.replace('_', "-");
    match (Version::from_str(&dashed), Version::from_str(version)) {
        (Ok(spelled), Ok(version)) => spelled == version,
        (Err(_), Err(_)) => dashed == version.replace('_', "-"),
        _ => false,
    }
}

/// The first two parts of a wheel's file name. Its parts are set apart by `-`, so neither has one.
pub fn wheel_stem(name: &str, version: &str) -> String {
    let parts = name.split(['-', '_']).filter(|part| !part.is_empty());
    let name = parts.collect::<Vec<_>>().join("_");
    let known = Version::from_str(&version.replace('_', "-")).ok();
    let version =
        known.filter(|_| version.contains(['-', '_'])).map_or(version.to_owned(), |v| v.to_string());
    format!("{name}-{version}")
}

/// Whether two file names are of one wheel, the first as Airlock names it: the same version of the same name, the same
/// build, and the same tags. Registries serve tags in whatever order they were uploaded.
pub(crate) fn is_same_wheel(own: &str, other: &str, name: &str, version: &str) -> bool {
    let (Some(own), Some(other)) = (Wheel::parse(own), Wheel::parse(other)) else { return false };
    let stem = format!("{}-{}", other.name, other.version);
    spelled(&stem, name, version).is_some_and(|(_, version)| is_python_version(version))
        && (own.build, own.tags) == (other.build, other.tags)
}

struct Wheel<'a> {
    name: &'a str,
    version: &'a str,
    build: Option<&'a str>,
    /// Of Python, of the ABI, of the platform.
    tags: [BTreeSet<&'a str>; 3],
}

impl<'a> Wheel<'a> {
    fn parse(file: &'a str) -> Option<Self> {
        let parts: Vec<&str> = file.strip_suffix(".whl")?.split('-').collect();
        let (name, version, build, tags) = match parts[..] {
            [name, version, python, abi, platform] => (name, version, None, [python, abi, platform]),
            [name, version, build, python, abi, platform] => {
                (name, version, Some(build), [python, abi, platform])
            }
            _ => return None,
        };
        Some(Self { name, version, build, tags: tags.map(|tags| tags.split('.').collect()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_may_spell_name_and_version_otherwise() {
        for (stem, name, version) in [
            ("PyYAML-6.0.1", "PyYAML", "6.0.1"),
            ("pyyaml-6.0.1", "PyYAML", "6.0.1"),
            ("zope.interface-4.7.2", "zope.interface", "4.7.2"),
            ("ruamel_yaml-0.18", "ruamel.yaml", "0.18.0"),
            ("my-dashed-name-1.0", "my_dashed.name", "1.0"),
            ("a-1!2.0", "a", "1!2"),
            ("a-1.0a1", "a", "1.0-alpha.1"),
            ("a-1.0.0rc2", "a", "v1.0-c2"),
            ("a-1.0.post1", "a", "1.0-1"),
            ("a-1.0_1", "a", "1.0-1"),
            ("a-1.0-1", "a", "1.0.post1"),
            ("a-1.0+cu_118", "a", "1.0+CU.118"),
            ("a-2004d", "a", "2004d"),
            ("a-0.1_snapshot", "a", "0.1-snapshot"),
        ] {
            assert!(spelled(stem, name, version).is_some(), "{stem}: {name} {version}");
        }
    }

    #[test]
    fn another_name_or_version_is_told() {
        for (stem, name, version) in [
            ("conf-9.9", "conf", "1.0"),
            ("other-1.0", "good", "1.0"),
            ("a-1.0", "a", "1!1.0"),
            ("a-1.0", "a", "1.0+local"),
            ("a-1.0", "a", "1.0a0"),
            ("a-2004d", "a", "2004e"),
            ("a-2004d", "a", "2004"),
            ("a-1.0 ", "a", "1.0"),
            ("a-1.0\u{a0}", "a", "1.0"),
            ("a-x/1.0", "a", "x/1.0"),
            ("a", "a", "1.0"),
            ("a-", "a", "1.0"),
            ("-1.0", "a", "1.0"),
            ("_a-1.0", "a", "1.0"),
            ("a--1.0", "a", "1.0"),
        ] {
            assert_eq!(spelled(stem, name, version), None, "{stem}: {name} {version}");
        }
    }

    #[test]
    fn a_wheel_says_its_name_and_version_without_a_dash() {
        assert_eq!(wheel_stem("PyYAML", "6.0.1"), "PyYAML-6.0.1");
        assert_eq!(wheel_stem("zope.interface", "1!4.0+cu118"), "zope.interface-1!4.0+cu118");
        assert_eq!(wheel_stem("my-dashed__name", "1.0-1"), "my_dashed_name-1.0.post1");
    }

    #[test]
    fn one_wheel_has_many_names() {
        let own = "PyYAML-6.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl";
        let same = |file: &str| is_same_wheel(own, file, "PyYAML", "6.0");
        for file in [
            own,
            "PyYAML-6.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "pyyaml-6.0.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        ] {
            assert!(same(file), "{file}");
        }
        for file in [
            "PyYAML-6.0-cp311-cp311-manylinux2014_x86_64.whl",
            "PyYAML-6.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.any.whl",
            "PyYAML-6.0-cp311-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
            "PyYAML-6.0-1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
            "PyYAML-6.1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
            "other-6.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
            "../PyYAML-6.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
            "PyYAML-6.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl/x.whl",
            "PyYAML-6.0.tar.gz",
        ] {
            assert!(!same(file), "{file}");
        }
    }
}
