//! What a package calls itself: the metadata that pip and npm read, at the one place where they look for it.

use bytes::Bytes;
use domain::{Identity, Manifest, PackageKind, is_python_name, is_python_version, spelled, wheel_stem};
use serde::Deserialize;

use crate::{
    Entry, EntryKind,
    headers::{header, headers},
};

/// Metadata of a package is some kilobytes; its description may be long. More than this is not kept, and names nothing.
const LARGEST: usize = 4 << 20;
/// More manifests of one kind than an honest package has.
const MOST: usize = 4;

/// Gathers the manifests of an archive while it is read.
#[derive(Debug, Default)]
pub struct Manifests {
    found: Vec<Found>,
    wheels: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    kind: PackageKind,
    /// The folder it is in: `requests-2.32.3.dist-info`, `requests-2.32.3`, `package`.
    folder: String,
    text: Bytes,
}

impl Manifests {
    /// Looks at one entry of the outermost archive.
    pub fn visit(&mut self, entry: &Entry, content: &[u8]) {
        let Some((folder, name)) = entry.path.split_once('/') else { return };
        let is_wheel = folder.ends_with(".dist-info");
        let (kind, kept) = match name {
            "METADATA" if is_wheel => (PackageKind::Wheel, &mut self.found),
            "WHEEL" if is_wheel => (PackageKind::Wheel, &mut self.wheels),
            "PKG-INFO" => (PackageKind::Sdist, &mut self.found),
            "package.json" => (PackageKind::Npm, &mut self.found),
            _ => return,
        };
        let of_kind = kept.iter().filter(|found| found.kind == kind).count();
        if of_kind < MOST {
            let readable = entry.kind == EntryKind::File && content.len() <= LARGEST;
            let text = if readable { Bytes::copy_from_slice(content) } else { Bytes::new() };
            kept.push(Found { kind, folder: folder.to_owned(), text });
        }
    }

    /// What was found, in the order of the archive.
    pub fn finish(self) -> Vec<Manifest> {
        let Self { found, wheels } = self;
        found
            .into_iter()
            .map(|found| {
                let identity = identity(&found, &wheels).unwrap_or_else(|| unreadable(found.kind));
                Manifest { identity, text: found.text }
            })
            .collect()
    }

    /// The same without the texts.
    pub fn identities(self) -> Vec<Identity> {
        self.finish().into_iter().map(|manifest| manifest.identity).collect()
    }
}

fn unreadable(kind: PackageKind) -> Identity {
    Identity { kind, name: String::new(), version: String::new(), file: String::new() }
}

fn identity(found: &Found, wheels: &[Found]) -> Option<Identity> {
    let kind = found.kind;
    let text = std::str::from_utf8(&found.text).ok()?;
    let (name, version) = match kind {
        PackageKind::Wheel | PackageKind::Sdist => {
            (header(text, "Name")?.to_owned(), header(text, "Version")?.to_owned())
        }
        PackageKind::Npm => package_json(text)?,
    };
    let safe = |text: &str, more: &[u8]| {
        (1..=255).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b) || more.contains(&b))
            && !matches!(text, "." | "..")
    };
    let named = match (kind, name.strip_prefix('@').and_then(|scoped| scoped.split_once('/'))) {
        (PackageKind::Npm, Some((scope, name))) => safe(scope, b"~") && safe(name, b"~"),
        (PackageKind::Npm, None) => safe(&name, b"~"),
        (PackageKind::Wheel | PackageKind::Sdist, _) => safe(&name, b"") && is_python_name(&name),
    };
    if !named || !safe(&version, b"+!") {
        return None;
    }
    let file = match kind {
        PackageKind::Wheel => {
            // pip reads its folder as well as its metadata, and refuses where they differ.
            let (own_name, own_version) = spelled(found.folder.strip_suffix(".dist-info")?, &name, &version)?;
            let stem = wheel_stem(own_name, own_version);
            let wheel = wheels.iter().find(|wheel| wheel.folder == found.folder);
            wheel.filter(|_| is_python_version(&version)).and_then(|wheel| wheel_file(&stem, &wheel.text))
        }
        PackageKind::Sdist => {
            let own = spelled(&found.folder, &name, &version);
            own.filter(|(_, version)| is_python_version(version)).map(|_| format!("{}.tar.gz", found.folder))
        }
        PackageKind::Npm => {
            let base = name.rsplit('/').next().unwrap_or_default();
            is_npm_version(&version).then(|| format!("{base}-{version}.tgz"))
        }
    };
    let file = file.unwrap_or_default();
    Some(Identity { kind, name, version, file })
}

/// A name that stands twice is an error of serde's, as it must be: npm takes the last, others the first.
fn package_json(text: &str) -> Option<(String, String)> {
    #[derive(Deserialize)]
    struct PackageJson {
        name: String,
        version: String,
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str::<PackageJson>(text).ok().map(|read| (read.name, read.version))
}

/// Whether npm installs the version as it is written. It knows no number above 2^53 - 1, and drops what follows a `+`.
fn is_npm_version(version: &str) -> bool {
    semver::Version::parse(version).is_ok_and(|version| {
        let largest = version.major.max(version.minor).max(version.patch);
        largest < 1 << 53 && version.build.is_empty()
    })
}

/// The wheel's file name, from its name and version and the tags in `WHEEL` (PEP 427). `None` where the tags are no
/// product of Python, ABI and platform tags: then a file name would claim more than they do.
fn wheel_file(stem: &str, wheel: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(wheel).ok()?;
    let mut parts: [Vec<&str>; 3] = Default::default();
    let mut tags = 0;
    for tag in headers(text, "Tag")? {
        let tag: Vec<&str> = tag.split('-').collect();
        let [python, abi, platform] = tag[..] else { return None };
        for (part, kept) in [python, abi, platform].into_iter().zip(&mut parts) {
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return None;
            }
            if !kept.contains(&part) {
                kept.push(part);
            }
        }
        tags += 1;
    }
    let product: usize = parts.iter().map(Vec::len).product();
    if tags == 0 || product != tags {
        return None;
    }
    let build = match headers(text, "Build")?[..] {
        [] => String::new(),
        [build] if build.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => format!("{build}-"),
        _ => return None,
    };
    // In any order the name means the same; registries keep the one that a package was uploaded with.
    let [python, abi, platform] = parts.map(|mut part| {
        part.sort_unstable();
        part.join(".")
    });
    Some(format!("{stem}-{build}{python}-{abi}-{platform}.whl"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(entries: &[(&str, &str)]) -> Vec<Identity> {
        let mut manifests = Manifests::default();
        for (path, text) in entries {
            let bytes = text.len() as u64;
            let entry = Entry { path: (*path).to_owned(), kind: EntryKind::File, bytes, executable: false };
            manifests.visit(&entry, text.as_bytes());
        }
        manifests.identities()
    }

    fn one(entries: &[(&str, &str)]) -> Identity {
        let found = read(entries);
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().unwrap()
    }

    const METADATA: &str = "Metadata-Version: 2.1\nName: PyYAML\nVersion: 6.0.3\n\nName: not a header\n";

    #[test]
    fn a_wheel_names_itself_and_its_file() {
        let tags = "Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_17_x86_64\nTag: cp311-cp311-manylinux2014_x86_64\n";
        let wheel =
            one(&[("PyYAML-6.0.3.dist-info/METADATA", METADATA), ("PyYAML-6.0.3.dist-info/WHEEL", tags)]);
        assert_eq!((wheel.name.as_str(), wheel.version.as_str()), ("PyYAML", "6.0.3"));
        assert_eq!(wheel.file, "PyYAML-6.0.3-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl");
        assert!(wheel.is_installable());
    }

    #[test]
    fn tags_that_no_file_name_can_say_name_no_file() {
        for tags in ["", "Tag: py3-none\n", "Tag: py2-none-any\nTag: py3-abi3-any\n", "Tag: ../-none-any\n"] {
            let wheel =
                one(&[("pyyaml-6.0.3.dist-info/METADATA", METADATA), ("pyyaml-6.0.3.dist-info/WHEEL", tags)]);
            assert_eq!((wheel.name.as_str(), wheel.file.as_str()), ("PyYAML", ""), "{tags:?}");
        }
    }

    #[test]
    fn a_wheel_is_named_by_its_folder_as_by_its_metadata() {
        let read = |folder: &str, name: &str, version: &str| {
            let (metadata, wheel) =
                (format!("{folder}.dist-info/METADATA"), format!("{folder}.dist-info/WHEEL"));
            let text = format!("Name: {name}\nVersion: {version}\n");
            one(&[(&metadata, &text), (&wheel, "Tag: py3-none-any\n")])
        };
        assert_eq!(
            read("zope.interface-4.0", "zope.interface", "4.0.0").file,
            "zope.interface-4.0-py3-none-any.whl"
        );
        assert_eq!(read("a-b-1.0_1", "a_b", "1.0-1").file, "a_b-1.0.post1-py3-none-any.whl");
        // pip refuses both.
        assert_eq!(read("other-9.9", "good2", "9.9").name, "");
        assert_eq!(read("good2-9.9", "good2", "1.0").name, "");
        let unknown = read("pytz-2004d", "pytz", "2004d");
        assert_eq!((unknown.name.as_str(), unknown.file.as_str()), ("pytz", ""));
    }

    #[test]
    fn a_version_that_its_installer_does_not_know_names_no_file() {
        for (folder, text) in [
            ("conf-9.9", "Name: conf\nVersion: 1.0\n"),
            ("conf", "Name: conf\nVersion: 1.0\n"),
            ("other-1.0", "Name: conf\nVersion: 1.0\n"),
            ("conf-2004d", "Name: conf\nVersion: 2004d\n"),
        ] {
            let sdist = one(&[(&format!("{folder}/PKG-INFO"), text)]);
            assert_eq!((sdist.name.as_str(), sdist.file.as_str()), ("conf", ""), "{folder}");
        }
        for (version, known) in [
            ("1.2.3", true),
            ("1.2.3-beta.1", true),
            ("9007199254740991.0.0", true),
            ("1.0", false),
            ("v1.2.3", false),
            ("01.2.3", false),
            ("1.2.3-01", false),
            ("1.2.3+b", false),
            ("1.2.9007199254740992", false),
        ] {
            let text = format!(r#"{{"name": "p", "version": "{version}"}}"#);
            let npm = one(&[("package/package.json", &text)]);
            assert_eq!((npm.name.as_str(), npm.is_installable()), ("p", known), "{version}");
        }
    }

    #[test]
    fn an_sdist_and_an_npm_tarball_name_themselves() {
        let sdist = one(&[("pyyaml-6.0.3/PKG-INFO", METADATA), ("pyyaml-6.0.3/a/PKG-INFO", "Name: other\n")]);
        assert_eq!((sdist.kind, sdist.file.as_str()), (PackageKind::Sdist, "pyyaml-6.0.3.tar.gz"));
        let npm = one(&[("package/package.json", r#"{"name": "@types/node", "version": "20.0.0"}"#)]);
        assert_eq!((npm.name.as_str(), npm.file.as_str()), ("@types/node", "node-20.0.0.tgz"));
    }

    #[test]
    fn what_readers_would_read_differently_has_no_name() {
        let twice = "Name: a\nname: b\nVersion: 1\n\n";
        // Python's e-mail parser ends a line at `\r` too: for pip this is `b 6.6.6`.
        let ended = "Summary: x\rName: b\rVersion: 6.6.6\nName: a\nVersion: 1\n";
        for (path, text) in [
            ("a-1/PKG-INFO", twice),
            ("a-1/PKG-INFO", ended),
            ("a-1.dist-info/METADATA", ended),
            ("a-1/PKG-INFO", "Name: a\n b\nVersion: 1\n"),
            ("a-1/PKG-INFO", "Version: 1\n"),
            ("a-1/PKG-INFO", "Name: ../x\nVersion: 1\n"),
            ("a-1/PKG-INFO", "Name: _a\nVersion: 1\n"),
            ("package/package.json", r#"{"name": "a", "name": "b", "version": "1.0.0"}"#),
            ("package/package.json", r#"{"name": "a/b", "version": "1.0.0"}"#),
            ("package/package.json", "not json"),
        ] {
            assert_eq!(one(&[(path, text)]).name, "", "{text}");
        }
    }

    #[test]
    fn each_of_several_counts_up_to_a_bound() {
        let entries: Vec<(String, &str)> =
            (0..9).map(|n| (format!("a-{n}.dist-info/METADATA"), METADATA)).collect();
        let entries: Vec<(&str, &str)> = entries.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        assert_eq!(read(&entries).len(), MOST);
    }
}
