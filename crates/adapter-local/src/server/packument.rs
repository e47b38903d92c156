//! What npm is told of a package: its versions with their own `package.json` and the digests of their tarballs.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{Error, Result};
use serde_json::{Map, Value, json};

use super::native::segment;
use crate::packages::{Moment, NpmDigests};

/// What an installer needs of a `package.json` to know what to fetch
/// (<https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md>).
const NEEDED: [&str; 17] = [
    "name",
    "version",
    "deprecated",
    "dependencies",
    "optionalDependencies",
    "devDependencies",
    "bundleDependencies",
    "bundledDependencies",
    "peerDependencies",
    "peerDependenciesMeta",
    "bin",
    "directories",
    "engines",
    "os",
    "cpu",
    "libc",
    "hasInstallScript",
];

/// One published version.
pub(super) struct Release {
    pub(super) version: String,
    pub(super) at: Moment,
    /// The tarball's name.
    pub(super) file: String,
    pub(super) size: u64,
    pub(super) digests: NpmDigests,
    /// The tarball's `package.json`.
    pub(super) text: Vec<u8>,
}

/// A package's versions as npm reads them.
pub(super) struct Packument {
    name: String,
    latest: String,
    versions: Map<String, Value>,
    times: Map<String, Value>,
}

impl Packument {
    /// `releases` are not empty; `registry` is the address that the client came to.
    pub(super) fn of(name: &str, registry: &str, mut releases: Vec<Release>) -> Result<Self> {
        // `latest` is the highest version, and none that is not stable while there is one that is.
        releases.sort_by_key(|release| {
            let version = semver::Version::parse(&release.version).ok();
            (version.as_ref().is_some_and(|version| version.pre.is_empty()), version, release.at)
        });
        let latest = releases.last().map(|release| release.version.clone()).unwrap_or_default();
        let (mut versions, mut times) = (Map::new(), Map::new());
        let moments = || releases.iter().map(|release| release.at);
        for (key, moment) in [("created", moments().min()), ("modified", moments().max())] {
            times.extend(moment.map(|moment| (key.to_owned(), moment.iso().into())));
        }
        for release in &releases {
            versions.insert(release.version.clone(), release.document(name, registry)?.into());
            times.insert(release.version.clone(), release.at.iso().into());
        }
        Ok(Self { name: name.to_owned(), latest, versions, times })
    }

    pub(super) fn tags(&self) -> Value {
        json!({"latest": self.latest})
    }

    /// A version, or what a tag names.
    pub(super) fn version(&self, version: &str) -> Option<&Value> {
        self.versions.get(if version == "latest" { self.latest.as_str() } else { version })
    }

    pub(super) fn whole(&self) -> Value {
        json!({
            "_id": self.name,
            "name": self.name,
            "dist-tags": self.tags(),
            "versions": self.versions,
            "time": self.times,
        })
    }

    pub(super) fn abbreviated(&self) -> Value {
        let abbreviate = |(version, document): (&String, &Value)| {
            let needed = NEEDED.into_iter().chain(["dist"]).filter_map(|key| Some((key, document.get(key)?)));
            (version.clone(), needed.map(|(key, value)| (key.to_owned(), value.clone())).collect())
        };
        let versions: Map<String, Value> = self.versions.iter().map(abbreviate).collect();
        json!({
            "name": self.name,
            "dist-tags": self.tags(),
            "versions": versions,
            "modified": self.times["modified"],
        })
    }
}

impl Release {
    fn document(&self, name: &str, registry: &str) -> Result<Map<String, Value>> {
        let unreadable = || format!("the package.json of {name} {} cannot be read", self.version);
        let text = self.text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.text);
        let mut document: Map<String, Value> =
            serde_json::from_slice(text).map_err(|error| Error::rejected(unreadable()).because(error))?;
        let sha512 = hex::decode(&self.digests.sha512)
            .map_err(|error| Error::rejected(unreadable()).because(error))?;
        // A program without a name of its own has the package's.
        if let Some(Value::String(program)) = document.get("bin") {
            let command = name.rsplit('/').next().unwrap_or(name);
            document.insert("bin".to_owned(), json!({ command: program }));
        }
        let scripts = document.get("scripts");
        let runs = |script: &str| scripts.and_then(|scripts| scripts.get(script)).is_some();
        if ["preinstall", "install", "postinstall"].into_iter().any(runs) {
            document.insert("hasInstallScript".to_owned(), true.into());
        }
        let scope_and_name: Vec<String> = name.split('/').map(scoped_segment).collect();
        let tarball = format!("{registry}/{}/-/{}", scope_and_name.join("/"), segment(&self.file));
        document.insert("_id".to_owned(), format!("{name}@{}", self.version).into());
        document.insert(
            "dist".to_owned(),
            json!({
                "tarball": tarball,
                "shasum": self.digests.sha1,
                "integrity": format!("sha512-{}", STANDARD.encode(sha512)),
                "size": self.size,
            }),
        );
        Ok(document)
    }
}

fn scoped_segment(part: &str) -> String {
    part.strip_prefix('@').map_or_else(|| segment(part), |scope| format!("@{}", segment(scope)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(version: &str, at: u64) -> Release {
        let text = format!(
            r#"{{"name": "@a/b", "version": "{version}", "bin": "cli.js", "readme": "long",
               "scripts": {{"postinstall": "true"}}, "dependencies": {{"c": "1"}}}}"#
        );
        let digests = NpmDigests { sha1: "00".into(), sha512: "0000".into() };
        let at = serde_json::from_value(at.into()).unwrap();
        Release {
            version: version.into(),
            at,
            file: format!("b-{version}.tgz"),
            size: 1,
            digests,
            text: text.into(),
        }
    }

    fn packument(versions: &[&str]) -> Packument {
        let releases = versions.iter().zip(1..).map(|(version, at)| release(version, at)).collect();
        Packument::of("@a/b", "http://h/npm/approved", releases).unwrap()
    }

    #[test]
    fn latest_is_the_highest_stable_version() {
        for (versions, latest) in [
            (&["1.0.0"][..], "1.0.0"),
            (&["1.10.0", "1.9.0"], "1.10.0"),
            (&["1.0.0", "2.0.0-rc.1"], "1.0.0"),
            (&["2.0.0-rc.1", "2.0.0-rc.2", "2.0.0-beta"], "2.0.0-rc.2"),
            (&["x", "1.0.0", "y"], "1.0.0"),
        ] {
            assert_eq!(packument(versions).tags()["latest"], latest, "{versions:?}");
        }
    }

    #[test]
    fn the_abbreviated_document_has_what_an_installer_needs() {
        let packument = packument(&["1.0.0"]);
        // The order of the members is that of a feature of serde_json, which any crate may turn on.
        let expected = json!({
          "dist-tags": {
            "latest": "1.0.0"
          },
          "modified": "1970-01-01T00:00:00.000Z",
          "name": "@a/b",
          "versions": {
            "1.0.0": {
              "bin": {
                "b": "cli.js"
              },
              "dependencies": {
                "c": "1"
              },
              "dist": {
                "integrity": "sha512-AAA=",
                "shasum": "00",
                "size": 1,
                "tarball": "http://h/npm/approved/@a/b/-/b-1.0.0.tgz"
              },
              "hasInstallScript": true,
              "name": "@a/b",
              "version": "1.0.0"
            }
          }
        });
        assert_eq!(packument.abbreviated(), expected);
        assert_eq!(packument.whole()["versions"]["1.0.0"]["readme"], "long");
        assert_eq!(packument.version("latest"), packument.version("1.0.0"));
    }
}
